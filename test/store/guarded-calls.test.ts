import { describe, expect, test } from 'vitest'
import { guardedCalls } from '../../src/store/guarded-calls.js'

const world = () => {
  const told: string[] = []
  const clock = { time: 1_000_000, chance: 0.5, now: () => clock.time, random: () => clock.chance }
  const breaker = guardedCalls(5, clock, (purpose, error) => told.push(`${purpose}: ${error}`))
  let calls = 0
  const call = (work: () => unknown) =>
    breaker.call('jwks', () => {
      calls++
      return work()
    })
  return { breaker, clock, told, call, made: () => calls }
}
const fail = () => Promise.reject(new Error('no'))
const hang = () => new Promise(() => {})

describe('a breaker', () => {
  test('lets calls through while they succeed, and two that fail in a row', async () => {
    const { breaker, call, told } = world()
    for (const work of [fail, fail, () => 1, fail, fail, () => 2]) await call(work)
    expect(await call(() => 3)).toEqual({ value: 3 })
    expect(breaker.isUp()).toBe(true)
    expect(told).toHaveLength(2)
  })

  test('opens at the third, and then lets one through in each pause of about a second', async () => {
    const { breaker, clock, call, made } = world()
    for (let time = 0; time < 5; time++) await call(fail)
    expect([made(), breaker.isUp()]).toEqual([3, false])
    clock.time += 999
    await call(fail)
    expect(made()).toBe(3)
    clock.time += 1
    await Promise.all([call(fail), call(fail), call(fail)])
    expect(made()).toBe(4)
    clock.time += 1000
    expect(await call(() => 'back')).toEqual({ value: 'back' })
    expect(await call(() => 'again')).toEqual({ value: 'again' })
  })

  test.each([
    [0, 750],
    [1, 1250],
  ])('pauses a quarter less or more, so that a fleet is not back together (%d)', async (chance, length) => {
    const { clock, call, made } = world()
    clock.chance = chance
    for (let time = 0; time < 3; time++) await call(fail)
    clock.time += length - 1
    await call(fail)
    expect(made()).toBe(3)
    clock.time += 1
    await call(fail)
    expect(made()).toBe(4)
  })

  test('lets one through when the clock was set back', async () => {
    const { clock, call, made } = world()
    for (let time = 0; time < 3; time++) await call(fail)
    clock.time -= 1
    await call(fail)
    expect(made()).toBe(4)
  })

  test('gives up what takes too long, and hears nothing of it later', async () => {
    const { call, told } = world()
    let reject = (_: Error) => {}
    const late = call(() => new Promise((_, no) => (reject = no)))
    expect(await late).toBeUndefined()
    // An unhandled rejection would fail the run.
    reject(new Error('too late'))
    expect(told).toEqual(['jwks: no answer within 5 ms'])
  })

  test('takes an answer that came while this process was busy', async () => {
    const { call } = world()
    const answer = call(() => new Promise((resolve) => setImmediate(resolve, 'there')))
    const end = performance.now() + 30
    while (performance.now() < end);
    expect(await answer).toEqual({ value: 'there' })
  })

  test('pauses longer where over 100 calls were given up and hang', async () => {
    const { clock, call, made } = world()
    const ends: (() => void)[] = []
    const hanging = () => new Promise<void>((resolve) => ends.push(resolve))
    await Promise.all(Array.from({ length: 101 }, () => call(hanging)))
    clock.time += 29_999
    await call(hang)
    expect(made()).toBe(101)
    clock.time += 1
    await call(hang)
    expect(made()).toBe(102)
    for (const end of ends) end()
    await new Promise((resolve) => setImmediate(resolve))
    clock.time += 1000
    expect(await call(() => 'back')).toEqual({ value: 'back' })
  })
})
