import { expect, vi } from 'vitest'

const patience = { interval: 20, timeout: 20_000 }

/**
 * Waits until a value is `is`. `expect.poll` does not work for tests that run at the same time: it assigns them to the
 * test that started last.
 */
export const soon = <Value>(read: () => Promise<Value>, is: Value): Promise<void> =>
  vi.waitFor(async () => expect(await read()).toBe(is), patience)

/** Waits until a value differs from `before`, and returns it. */
export const otherThan = async <Value>(read: () => Promise<Value>, before: Value): Promise<Value> =>
  vi.waitFor(async () => {
    const value = await read()
    expect(value).not.toBe(before)
    return value
  }, patience)
