import { afterEach, describe, expect, test, vi } from 'vitest'
import { type FlightSettings, SingleFlight } from '../../src/common/single-flight.js'

const world = (settings: Partial<FlightSettings> = {}) => {
  const clock = { time: 1_000_000 }
  const flights = new SingleFlight<number>({ now: () => clock.time, ...settings })
  const started: { resolve: (value: number) => void; reject: (error: unknown) => void }[] = []
  const work = () => new Promise<number>((resolve, reject) => started.push({ resolve, reject }))
  return { flights, clock, started, work }
}
afterEach(() => vi.useRealTimers())

describe('a single flight', () => {
  test('is shared by all who ask for the same key while it is under way', async () => {
    const { flights, started, work } = world()
    const results = [flights.run('a', work), flights.run('a', work), flights.run('b', work)]
    expect(started).toHaveLength(2)
    started[0]?.resolve(1)
    started[1]?.resolve(2)
    expect(await Promise.all(results)).toEqual([1, 1, 2])
  })

  test('ends when it settles: the next caller starts another', async () => {
    const { flights, started, work } = world()
    const first = flights.run('a', work)
    started[0]?.resolve(1)
    await first
    expect([flights.has('a'), flights.current('a')]).toEqual([false, undefined])
    const second = flights.run('a', work)
    started[1]?.reject(new Error('no'))
    await expect(second).rejects.toThrow('no')
    expect(flights.has('a')).toBe(false)
  })

  test('rejects for all callers who wait for it', async () => {
    const { flights, started, work } = world()
    const results = [flights.run('a', work), flights.run('a', work)]
    started[0]?.reject(new Error('no'))
    for (const result of results) await expect(result).rejects.toThrow('no')
  })

  test('is not shared where work dies with the request that started it', async () => {
    const { flights, started, work } = world({ isShared: false })
    const results = [flights.run('a', work), flights.run('a', work)]
    expect([started.length, flights.has('a')]).toEqual([2, false])
    for (const [at, { resolve }] of started.entries()) resolve(at)
    expect(await Promise.all(results)).toEqual([0, 1])
  })

  test.each([
    ['its time is over', 3000],
    ['the clock was set back', -1],
  ])('counts as lost when %s, and is replaced', async (_, step) => {
    const { flights, clock, started, work } = world({ abandonAfter: 3 })
    const lost = flights.run('a', work)
    clock.time += 2999
    expect(flights.current('a')).toBe(lost)
    clock.time += step - 2999
    expect([flights.current('a'), flights.has('a')]).toEqual([undefined, true])
    const next = flights.run('a', work)
    expect([next === lost, started.length]).toEqual([false, 2])
    // The lost one comes back after all: it does not end the one that took its place.
    started[0]?.resolve(1)
    await lost
    expect(flights.current('a')).toBe(next)
  })

  test('without abandonAfter never counts as lost', () => {
    const { flights, clock, work } = world()
    const flight = flights.run('a', work)
    clock.time += 1e12
    expect(flights.current('a')).toBe(flight)
  })

  test('is waited for until it settles, or is lost', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { flights, started, work } = world({ abandonAfter: 3 })
    const flight = flights.start('a', work)
    const waited = [flights.settles(flight), flights.settles(flight)]
    started[0]?.resolve(1)
    expect(await Promise.all(waited)).toEqual([true, true])
    const lost = flights.settles(flights.start('a', work))
    await vi.advanceTimersByTimeAsync(3000)
    expect(await lost).toBe(false)
    const failing = flights.start('b', work)
    const failed = flights.settles(failing)
    started[2]?.reject(new Error('the request that started it is gone'))
    expect(await failed).toBe(false)
    await failing.catch(() => {})
  })

  test('that settles answers all who join it; where there is none they go on at once', async () => {
    const { flights, started, work } = world({ abandonAfter: 3 })
    void flights.start('a', work)
    const joined = [flights.join('a', work), flights.join('a', work)]
    started[0]?.resolve(1)
    expect(await Promise.all(joined)).toEqual([1, 1])
    expect(await flights.join('a', () => 2)).toBe(2)
    expect(started).toHaveLength(1)
  })

  test('that is lost is replaced once, for all who joined it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { flights, started, work } = world({ abandonAfter: 3 })
    void flights.start('a', work)
    const replace = (isReplaced: boolean) => (isReplaced ? -1 : flights.run('a', work))
    const early = [flights.join('a', replace), flights.join('a', replace)]
    await vi.advanceTimersByTimeAsync(1000)
    const late = flights.join('a', replace)
    await vi.advanceTimersByTimeAsync(2000)
    expect(started).toHaveLength(2)
    started[1]?.resolve(1)
    expect(await Promise.all(early)).toEqual([1, 1])
    await vi.advanceTimersByTimeAsync(1000)
    expect(await late).toBe(-1)
  })

  test('is dropped once, and only while it is the current one', () => {
    const { flights, work } = world()
    const lost = flights.start('a', work)
    expect([flights.drop('a', lost), flights.drop('a', lost)]).toEqual([true, false])
    const next = flights.start('a', work)
    expect(flights.drop('a', lost)).toBe(false)
    expect(flights.current('a')).toBe(next)
  })

  test('goes on for its callers after clear(), and later callers start another', async () => {
    const { flights, started, work } = world()
    const before = flights.run('a', work)
    flights.clear()
    const after = flights.run('a', work)
    started[0]?.resolve(1)
    started[1]?.resolve(2)
    expect([await before, await after]).toEqual([1, 2])
  })
})
