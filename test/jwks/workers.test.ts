import { createGuard } from 'authing-guard'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

// Where nothing outlives its request (Cloudflare's Workers, Vercel's edge): a fetch that a request began ends with it.

const pool = await createUserPool()
afterAll(() => pool.close())
const token = () => pool.mint({ expiresIn: 86_400 })
const lost = () => new Promise<Response>(() => {})
const keys = async () => Response.json(pool.jwks())

let now = Date.now()
let fetched = 0
let answer: () => Promise<Response>
const guardHere = () =>
  createGuard({
    ...pool.guardOptions,
    now: () => now,
    fetch: () => {
      fetched++
      return answer()
    },
  })
beforeEach(() => {
  fetched = 0
  answer = keys
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe.each([
  ['Cloudflare', () => vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })],
  ['Vercel', () => vi.stubGlobal('EdgeRuntime', 'edge-runtime')],
])('on %s', (_, stub) => {
  test('the request that finds a refresh due waits for it, and the others are served', async () => {
    stub()
    const guard = guardHere()
    await guard.verifyToken(token())
    now += 590_000
    let come = (_: Response) => {}
    answer = () =>
      new Promise((resolve) => {
        come = resolve
      })
    const waiting = guard.verifyToken(token())
    let isDone = false
    void waiting.then(() => {
      isDone = true
    })
    await guard.verifyToken(token())
    expect([isDone, fetched]).toEqual([false, 2])
    come(await keys())
    await waiting
    expect(guard.health().applications).toMatchObject([{ state: 'fresh', age: 0 }])
  })

  test('a refresh that fails costs one request its time, and nobody the keys', async () => {
    stub()
    const guard = guardHere()
    await guard.verifyToken(token())
    now += 610_000
    answer = async () => new Response('', { status: 500 })
    await guard.verifyToken(token())
    await guard.verifyToken(token())
    expect(fetched).toBe(2)
    expect(guard.health().state).toBe('stale')
  })
})

describe('a fetch that was lost with its request', () => {
  const lose = () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const guard = guardHere()
    answer = lost
    void guard.ready()
    // The fetch's own deadline went with the request as well.
    vi.clearAllTimers()
    return Promise.all([guard.verifyToken(token()), guard.verifyToken(token())])
  }

  test('is waited for no longer than it may take', async () => {
    const waiting = lose()
    answer = keys
    await vi.advanceTimersByTimeAsync(4000)
    await expect(waiting).resolves.toHaveLength(2)
    expect(fetched).toBe(2)
  })

  test('is made good by one other, for all who waited', async () => {
    const waiting = lose()
    let come = (_: Response) => {}
    answer = () =>
      new Promise((resolve) => {
        come = resolve
      })
    await vi.advanceTimersByTimeAsync(4000)
    come(await keys())
    await expect(waiting).resolves.toHaveLength(2)
    expect(fetched).toBe(2)
  })
})
