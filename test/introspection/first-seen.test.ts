import { createGuard, type Guard } from 'authing-guard'
import { introspection } from 'authing-guard/introspection'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { keyPair } from '../support/forge.js'
import { appId, issuer, refusalOf } from '../support/world.js'
import { activeReply, clientSecret, opaqueTokens } from './issuer.js'

// Tokens that nobody has seen before, beside a flood of made-up ones: an issuer that takes 50 ms, by an injected clock.

const key = keyPair('RS256', 'kid-1')
const made = 0
const good = 2_000_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function world(options: object = {}) {
  const clock = { now: 1_700_000_000_000 }
  const calls = { now: 0, most: 0, total: 0 }
  const fetch = async (_: string, init: { readonly body?: string }) => {
    calls.total++
    calls.most = Math.max(calls.most, ++calls.now)
    await new Promise((resolve) => setTimeout(resolve, 50))
    calls.now--
    const isGood = Number.parseInt(new URLSearchParams(init.body).get('token') ?? '', 16) >= good
    return Response.json(isGood ? activeReply : { active: false })
  }
  const make = () =>
    createGuard({
      issuer,
      appId,
      jwks: { keys: [key.jwk] },
      now: () => clock.now,
      fetch: fetch as never,
      introspection: introspection({ when: 'opaque', clientSecret, ...options }),
    } as never)
  /** Time goes on, and what has to be done in it is done: also what the web engine does on other threads. */
  const pass = async (ms: number) => {
    clock.now += ms
    await vi.advanceTimersByTimeAsync(ms)
    for (let turns = 0; turns < 3; turns++) await turn()
  }
  /** The same in one step: `pass` takes a real millisecond or more for every timer, and a thousand wait here. */
  const jump = async (ms: number) => {
    clock.now += ms
    vi.advanceTimersByTime(ms)
    await turn()
  }
  return { clock, calls, make, pass, jump }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** No time goes on: a token's digest, which the web engine makes on other threads, takes as long as it takes. */
async function until(isSo: () => boolean) {
  while (!isSo()) await turn()
}

/** So many made-up and good tokens a second, for seconds: the share of the good ones that pass within 3 s. */
async function flood(guard: Guard, { clock, pass }: ReturnType<typeof world>, madeUp: number, seconds: number) {
  let answered = 0
  let sent = 0
  const bad = opaqueTokens(made, madeUp * seconds)
  const fresh = opaqueTokens(good, 20 * seconds)
  for (let step = 0; step < seconds * 100 + 400; step++) {
    const isOver = step >= seconds * 100
    // Every 70 ms: not in step with the issuer.
    for (const token of isOver ? [] : bad.splice(0, madeUp / 100)) guard.verifyToken(token).catch(() => {})
    const [token] = isOver || step % 7 > 0 ? [] : fresh.splice(0, 1)
    if (token !== undefined) {
      sent++
      const startedAt = clock.now
      guard.verifyToken(token).then(
        () => {
          if (clock.now - startedAt <= 3000) answered++
        },
        () => {},
      )
    }
    await pass(10)
  }
  return answered / sent
}

describe('first-seen tokens beside a flood of made-up ones', () => {
  test('at 200 a second all good ones are answered within 3 s, with at most 32 calls at a time', async () => {
    const here = world()
    expect(await flood(here.make(), here, 200, 3)).toBeGreaterThanOrEqual(0.9)
    expect(here.calls.most).toBeLessThanOrEqual(32)
  })

  test('beyond the issuer’s share, 32 calls in 50 ms, the rest gets 503: 640 a second is where it collapses', async () => {
    const here = world()
    const share = await flood(here.make(), here, 1200, 3)
    expect(share).toBeGreaterThan(0.3)
    expect(share).toBeLessThan(0.8)
    expect(here.calls.most).toBe(32)
  })

  test('maxConcurrency moves that point', async () => {
    const here = world({ maxConcurrency: 100 })
    expect(await flood(here.make(), here, 1200, 2)).toBeGreaterThanOrEqual(0.9)
    expect(here.calls.most).toBeLessThanOrEqual(100)
  })
})

describe('a token that finds no place', () => {
  test('gets 503 after two seconds, without a call, and one that finds 1,000 waiting gets it at once', async () => {
    const { calls, make, pass, jump } = world({ maxConcurrency: 1 })
    const guard = make()
    void guard.verifyToken(opaqueTokens(made, 1)[0]).catch(() => {})
    await until(() => calls.total === 1)
    await pass(0)
    vi.clearAllTimers()
    const waiting = opaqueTokens(1, 1000).map((token) => refusalOf(guard.verifyToken(token)))
    await until(() => vi.getTimerCount() === waiting.length)
    const error = await refusalOf(guard.verifyToken(opaqueTokens(5000, 1)[0]))
    expect(error).toMatchObject({ status: 503, reason: 'introspection_unavailable', headers: { 'Retry-After': '1' } })
    await jump(2000)
    await jump(1)
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([503]))
    expect(calls.total).toBe(1)
  })

  test('gets 503 at once where the runtime ends pending work with its request', async () => {
    const { calls, make, pass } = world({ maxConcurrency: 1 })
    vi.stubGlobal('EdgeRuntime', 'edge-runtime')
    const guard = make()
    void guard.verifyToken(opaqueTokens(made, 1)[0]).catch(() => {})
    await until(() => calls.total === 1)
    await pass(0)
    expect(await refusalOf(guard.verifyToken(opaqueTokens(1, 1)[0]))).toMatchObject({ status: 503 })
    expect(calls.total).toBe(1)
  })
})
