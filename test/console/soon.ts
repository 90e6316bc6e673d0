import { expect, vi } from 'vitest'

const patience = { interval: 20, timeout: 20_000 }

/**
 * Waits until something is so. `expect.poll` would do, but where tests run at once: it takes the one that began last for
 * its own.
 */
export const soon = <Value>(read: () => Promise<Value>, is: Value): Promise<void> =>
  vi.waitFor(async () => expect(await read()).toBe(is), patience)

/** Waits until something is other than it was, and says what. */
export const otherThan = async <Value>(read: () => Promise<Value>, before: Value): Promise<Value> =>
  vi.waitFor(async () => {
    const value = await read()
    expect(value).not.toBe(before)
    return value
  }, patience)
