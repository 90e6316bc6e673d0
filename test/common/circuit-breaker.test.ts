import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../../src/common/circuit-breaker.js'

const world = (pause = (count: number, chance: number) => 1000 * count * (1 + chance)) => {
  const clock = { time: 1_000_000, chance: 0, now: () => clock.time, random: () => clock.chance }
  const breaker = new CircuitBreaker(clock, { pause, abandonAfter: 4000 })
  const enter = (): number => {
    const call = breaker.enter()
    if (call === undefined) throw new Error('the call is not let through')
    return call
  }
  const fail = (times = 1) => {
    for (let time = 0; time < times; time++) breaker.failed(enter())
  }
  return { breaker, clock, enter, fail }
}

describe('a circuit breaker', () => {
  test('lets calls through while fewer than three in a row fail', () => {
    const { breaker, enter, fail } = world()
    for (let round = 0; round < 3; round++) {
      fail(2)
      expect([breaker.isOpen, breaker.retryAt]).toEqual([false, 0])
      enter()
      breaker.succeeded()
    }
  })

  test('opens at the third failure in a row, and lets one call through after the pause', () => {
    const { breaker, clock, enter, fail } = world()
    fail(3)
    expect([breaker.isOpen, breaker.retryAt, breaker.enter()]).toEqual([true, clock.time + 1000, undefined])
    clock.time += 999
    expect(breaker.enter()).toBeUndefined()
    clock.time += 1
    enter()
    expect(breaker.enter()).toBeUndefined()
  })

  test('pauses anew after each call that fails in between, and counts the pauses', () => {
    const { breaker, clock, fail } = world()
    fail(3)
    for (const count of [2, 3, 4]) {
      clock.time = breaker.retryAt
      fail()
      expect(breaker.retryAt).toBe(clock.time + 1000 * count)
      expect(breaker.enter()).toBeUndefined()
    }
  })

  test('closes with any success, and counts from the start again', () => {
    const { breaker, clock, enter, fail } = world()
    fail(3)
    clock.time = breaker.retryAt
    enter()
    breaker.succeeded()
    expect(breaker.isOpen).toBe(false)
    fail(2)
    expect(breaker.isOpen).toBe(false)
    fail()
    expect(breaker.retryAt).toBe(clock.time + 1000)
  })

  test('closes when a call succeeds that was let through before it opened', () => {
    const { breaker, enter, fail } = world()
    enter()
    fail(3)
    breaker.succeeded()
    expect(breaker.enter()).toBeDefined()
  })

  test('ignores failures of calls that were under way when it opened', () => {
    const { breaker, clock, enter } = world()
    const calls = Array.from({ length: 50 }, enter)
    for (const call of calls) breaker.failed(call)
    expect(breaker.retryAt).toBe(clock.time + 1000)
    clock.time += 1000
    breaker.failed(enter())
    expect(breaker.retryAt).toBe(clock.time + 2000)
  })

  test('lets another call through when the one in the pause was lost', () => {
    const { breaker, clock, enter, fail } = world()
    fail(3)
    clock.time += 1000
    enter()
    clock.time += 3999
    expect(breaker.enter()).toBeUndefined()
    clock.time += 1
    enter()
  })

  test('does not pause for longer because the clock was set back', () => {
    const { breaker, clock, enter, fail } = world()
    fail(3)
    clock.time -= 1
    enter()
    clock.time -= 1
    enter()
    expect(breaker.isOpen).toBe(true)
  })

  test('draws the chance once for a pause, and asks for its length each time', () => {
    const asked: number[] = []
    let length = 1000
    const { breaker, clock, fail } = world((_, chance) => {
      asked.push(chance)
      return length
    })
    clock.chance = 0.25
    fail(3)
    clock.chance = 0.75
    length = 30_000
    clock.time += 29_999
    expect(breaker.enter()).toBeUndefined()
    length = 1000
    expect(breaker.enter()).toBeDefined()
    expect(new Set(asked)).toEqual(new Set([0.25]))
  })
})
