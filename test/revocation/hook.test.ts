import { createHash } from 'node:crypto'
import type { RevocationContext, RevocationHook } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { fleet, token, until, verdictOf } from '../store/fleet.js'
import { refusalOf, userId } from '../support/world.js'

// `isRevoked`: only false admits.

const guardWith = (isRevoked: unknown) => fleet(1, { store: undefined, isRevoked }).first
afterEach(() => {
  vi.useRealTimers()
})

describe('isRevoked', () => {
  test('is asked about the identity for each request, remembered tokens included', async () => {
    const asked: unknown[] = []
    let answer = false
    const hook: RevocationHook = (identity, { signal }) => {
      asked.push(identity.kind === 'user' && identity.userId, signal.aborted)
      return answer
    }
    const guard = guardWith(hook)
    const text = token()
    for (let time = 0; time < 4; time++) expect(await verdictOf(guard, text)).toBe('in')
    expect(asked).toEqual(Array(4).fill([userId, false]).flat())
    answer = true
    expect(await verdictOf(guard, text)).toBe('revoked_token')
    answer = false
    expect(await verdictOf(guard, text)).toBe('in')
  })

  test('gets the request of the host, and none where the guard itself was called', async () => {
    const requests: unknown[] = []
    const hook: RevocationHook = (_, { request }) => requests.push(request) < 0
    const guard = guardWith(hook)
    const request = { headers: { authorization: `Bearer ${token()}` } } as never
    await new Promise((resolve) => authingGuard(guard)(request, {}, resolve))
    await guard.verifyToken(token())
    expect(requests).toEqual([request, undefined])
  })

  test('gets the digest of the token when it calls for it', async () => {
    const text = token()
    const digests: unknown[] = []
    const guard = guardWith(async (_: unknown, { tokenDigest }: RevocationContext) => {
      digests.push(await tokenDigest())
      return false
    })
    expect(await verdictOf(guard, text)).toBe('in')
    expect(digests).toEqual([createHash('sha256').update(text).digest('base64')])
  })

  test('is not asked about a token that does not verify', async () => {
    let calls = 0
    const guard = guardWith(() => ++calls < 0)
    expect(await verdictOf(guard, token({ exp: 1 }))).toBe('expired_token')
    expect(calls).toBe(0)
  })

  test('is asked once for a request that passes two guards of the same settings', async () => {
    let calls = 0
    const guard = authingGuard(guardWith(async () => ++calls < 0))
    const request = { headers: { authorization: `Bearer ${token()}` } } as never
    const pass = (one: typeof guard) => new Promise((resolve) => one(request, {}, resolve))
    expect(await pass(guard)).toBeUndefined()
    expect(await pass(guard.require({ kind: 'user' }))).toBeUndefined()
    expect(calls).toBe(1)
  })

  test.each([
    ['undefined', () => undefined],
    ['null', () => null],
    ['0', async () => 0],
    ['a text', async () => 'false'],
    [
      'a throw',
      () => {
        throw new Error('hunter2')
      },
    ],
    ['a rejection', async () => Promise.reject(new Error('hunter2'))],
  ])('that answers %s is an outage: 503, and nothing of it told', async (_, hook) => {
    const error = await refusalOf(guardWith(hook).verifyToken(token()))
    expect(error).toMatchObject({ status: 503, reason: 'revocation_unavailable', headers: { 'Retry-After': '1' } })
    expect(error.detail).toMatch(/^isRevoked /)
    expect(error.detail + error.message).not.toContain('hunter2')
  })

  test('that is silent for 2 seconds is an outage, and its signal says so', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let heard: AbortSignal | undefined
    const guard = guardWith((_: unknown, { signal }: { signal: AbortSignal }) => {
      heard = signal
      return new Promise(() => {})
    })
    const verdict = refusalOf(guard.verifyToken(token()))
    await until(() => heard !== undefined)
    await vi.advanceTimersByTimeAsync(1999)
    expect(heard?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await verdict).toMatchObject({ status: 503, detail: 'isRevoked failed: no answer within 2 s' })
    expect(heard?.aborted).toBe(true)
  })

  test('comes after what was revoked here, and before the requirements', async () => {
    let calls = 0
    const guard = guardWith(() => ++calls > 1)
    await guard.revoke({ tokenId: 'bad' })
    expect(await verdictOf(guard, token({ jti: 'bad' }))).toBe('revoked_token')
    expect(calls).toBe(0)
    const books = guard.require({ scope: 'book:read' })
    expect(await verdictOf(books, token())).toBe('insufficient_scope')
    expect(await verdictOf(books, token())).toBe('revoked_token')
  })
})
