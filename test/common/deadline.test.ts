import { afterEach, describe, expect, test, vi } from 'vitest'
import { withDeadline } from '../../src/common/deadline.js'

const late = () => new Error('late')
afterEach(() => vi.useRealTimers())

describe('a deadline', () => {
  test('is met by work that settled while the event loop was blocked', async () => {
    const work = withDeadline(0.005, late, () => new Promise((resolve) => setImmediate(resolve, 'there')))
    const end = performance.now() + 30
    while (performance.now() < end);
    expect(await work).toBe('there')
  })

  test('rejects at its time and not before, and aborts the signal', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let signal: AbortSignal | undefined
    const outcome = withDeadline(2, late, (given) => {
      signal = given
      return new Promise(() => {})
    }).catch(({ message }: Error) => message)
    await vi.advanceTimersByTimeAsync(1999)
    expect(signal?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect([await outcome, signal?.aborted]).toEqual(['late', true])
    // As the platform's own `abort()` says it: what a fetch rejects with is told apart by this name.
    expect(signal?.reason).toMatchObject({ name: 'AbortError' })
    expect(signal?.reason).toBeInstanceOf(DOMException)
  })

  test('leaves no timer behind when the work settles first', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    expect(await withDeadline(2, late, async () => 1)).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})
