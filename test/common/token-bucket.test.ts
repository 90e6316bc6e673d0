import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TokenBucket } from '../../src/common/token-bucket.js'

const world = (capacity: number, refillPerSecond: number) => {
  const clock = { time: 1_000_000 }
  const bucket = new TokenBucket({ capacity, refillPerSecond }, () => clock.time)
  const takeAll = () => {
    let taken = 0
    while (bucket.take()) taken++
    return taken
  }
  return { bucket, clock, takeAll }
}

describe('a token bucket', () => {
  test('is full at first, and gives its capacity at once', () => {
    expect(world(3, 1 / 20).takeAll()).toBe(3)
  })

  test('gives one more token when its time has come, and not a millisecond sooner', () => {
    const { bucket, clock, takeAll } = world(3, 1 / 20)
    takeAll()
    clock.time += 19_999
    expect(bucket.take()).toBe(false)
    clock.time += 1
    expect([bucket.take(), bucket.take()]).toEqual([true, false])
  })

  test('holds its capacity at most, however long nobody takes', () => {
    const { clock, takeAll } = world(100, 10)
    clock.time += 86_400_000
    expect(takeAll()).toBe(100)
    clock.time += 86_400_000
    expect(takeAll()).toBe(100)
  })

  test('adds up parts of tokens exactly, whatever the steps of the clock', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 50 }), (steps) => {
        const { bucket, clock, takeAll } = world(5, 1 / 20)
        takeAll()
        let taken = 0
        for (const step of steps) {
          clock.time += step
          while (bucket.take()) taken++
        }
        const elapsed = steps.reduce((sum, step) => sum + step, 0)
        expect(taken).toBe(Math.floor(elapsed / 20_000))
      }),
    )
  })

  test('keeps a reserve for callers that may use it', () => {
    const { bucket } = world(3, 1)
    expect([bucket.take(2), bucket.take(2), bucket.take(), bucket.take(), bucket.take()]).toEqual([
      true,
      false,
      true,
      true,
      false,
    ])
  })

  test('takes tokens back, and never holds more than its capacity', () => {
    const { bucket, takeAll } = world(2, 1)
    expect(takeAll()).toBe(2)
    bucket.giveBack()
    expect(takeAll()).toBe(1)
    for (let time = 0; time < 5; time++) bucket.giveBack()
    expect(takeAll()).toBe(2)
  })

  test('adds no tokens for a clock that is set back, and goes on filling from there', () => {
    const { bucket, clock, takeAll } = world(2, 1)
    takeAll()
    clock.time -= 3_600_000
    expect(bucket.take()).toBe(false)
    clock.time += 999
    expect(bucket.take()).toBe(false)
    clock.time += 1
    expect([bucket.take(), bucket.take()]).toEqual([true, false])
  })

  test('says when the next token is there', () => {
    const { bucket, clock } = world(2, 1 / 20)
    expect(bucket.nextAt).toBe(clock.time)
    bucket.take()
    expect(bucket.nextAt).toBe(clock.time)
    bucket.take()
    expect(bucket.nextAt).toBe(clock.time + 20_000)
    clock.time += 15_000
    expect(bucket.nextAt).toBe(clock.time + 5000)
    clock.time = bucket.nextAt
    expect(bucket.take()).toBe(true)
  })
})
