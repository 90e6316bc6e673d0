import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CallLimit } from '../../src/introspection/call-limit.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function limitOf(max: number, maxWaiting = 10) {
  const limit = new CallLimit({ max, maxWaiting, waitSeconds: 1, abandonAfter: 4, now: Date.now })
  const ends: (() => void)[] = []
  const started: string[] = []
  const run = (name: string) =>
    limit.run(() => {
      started.push(name)
      return new Promise<string>((resolve) => ends.push(() => resolve(name)))
    })
  const end = async (at: number) => {
    ends[at]?.()
    await vi.advanceTimersByTimeAsync(0)
  }
  return { limit, run, started, end }
}

describe('a limit of calls at the same time', () => {
  test('makes so many at once, and the others in order as places get free', async () => {
    const { run, started, end } = limitOf(2)
    const results = ['a', 'b', 'c', 'd'].map(run)
    expect(started).toEqual(['a', 'b'])
    await end(1)
    expect(started).toEqual(['a', 'b', 'c'])
    await end(0)
    expect(started).toEqual(['a', 'b', 'c', 'd'])
    await end(2)
    await end(3)
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('lets nobody wait for longer than a second', async () => {
    const { run, started, end } = limitOf(1)
    void run('a')
    const late = run('b')
    await vi.advanceTimersByTimeAsync(999)
    const later = run('c')
    await vi.advanceTimersByTimeAsync(2)
    expect(await late).toBeUndefined()
    await end(0)
    expect(started).toEqual(['a', 'c'])
    await end(1)
    expect(await later).toBe('c')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('takes a place that got free while the event loop was blocked to be in time', async () => {
    const { run, started, end } = limitOf(1)
    void run('a')
    const waiting = run('b')
    await vi.advanceTimersByTimeAsync(1000)
    await end(0)
    expect(started).toEqual(['a', 'b'])
    await end(1)
    expect(await waiting).toBe('b')
  })

  test('turns away at once whoever finds the queue full', async () => {
    const { run, started } = limitOf(1, 1)
    void run('a')
    void run('b')
    expect(await run('c')).toBeUndefined()
    expect(started).toEqual(['a'])
  })

  test('gives a place free to the one who waits, and to nobody who comes in between', async () => {
    const { run, started, end } = limitOf(1)
    void run('a')
    void run('b')
    const ended = end(0)
    void run('c')
    await ended
    expect(started).toEqual(['a', 'b'])
  })

  test('frees the place of a call that throws', async () => {
    const { limit, run, started } = limitOf(1)
    await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    void run('a')
    expect(started).toEqual(['a'])
  })

  test('frees the place of a call that died with its request, when it must have ended', async () => {
    const { run, started, end } = limitOf(1, 0)
    void run('a')
    await vi.advanceTimersByTimeAsync(3999)
    expect(await run('b')).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    void run('c')
    expect(started).toEqual(['a', 'c'])
    // The first one is not dead after all: its end frees no place that another has.
    await end(0)
    expect(await run('d')).toBeUndefined()
  })

  test('hands no place over where the one that ends had lost its own', async () => {
    const { run, started, end } = limitOf(1)
    void run('a')
    await vi.advanceTimersByTimeAsync(4000)
    void run('b')
    void run('c')
    await end(0)
    expect(started).toEqual(['a', 'b'])
  })

  test('holds no place because the clock was set back', async () => {
    const { run, started } = limitOf(1, 0)
    void run('a')
    vi.setSystemTime(Date.now() - 1)
    void run('b')
    expect(started).toEqual(['a', 'b'])
  })
})
