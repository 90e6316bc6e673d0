import { createGuard, errorResponse, GuardError, type GuardEvent } from 'authing-guard'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { quote } from '../../src/common/quote.js'
import { refuse } from '../../src/common/refusal.js'
import { tokenBy } from '../support/forge.js'
import {
  accessClaims,
  appId,
  challengeOf400,
  challengeOf401,
  home,
  idClaims,
  issuer,
  now,
  optionsWith,
  refusalOf,
} from '../support/world.js'

// The one error, in every form that a host may ask for, and the events that go with it.

const { guard, token, key } = home()
const down = createGuard({ issuer, appId, now: () => now, fetch: () => Promise.reject(new TypeError('fetch failed')) })
const readers = guard.require({ scope: ['book:read', 'book:list'] })

const noStore = { 'Cache-Control': 'no-store' }
const rows = [
  [
    'missing credentials',
    () => guard.authenticate(undefined),
    { reason: 'missing_token', status: 401, error: 'unauthorized', expose: true },
    { ...noStore, 'WWW-Authenticate': 'Bearer realm="authing"' },
  ],
  [
    'a malformed header',
    () => guard.authenticate('Bearer'),
    { reason: 'invalid_request', status: 400, error: 'invalid_request', expose: true },
    { ...noStore, 'WWW-Authenticate': challengeOf400 },
  ],
  [
    'a bad token',
    () => guard.authenticate('Bearer x'),
    { reason: 'malformed_token', status: 401, error: 'invalid_token', expose: true },
    { ...noStore, 'WWW-Authenticate': challengeOf401 },
  ],
  [
    'a missing scope',
    () => readers.authenticate(`Bearer ${token(accessClaims)}`),
    { reason: 'insufficient_scope', status: 403, error: 'insufficient_scope', expose: true },
    {
      ...noStore,
      'WWW-Authenticate':
        'Bearer realm="authing", error="insufficient_scope", error_description="The access token does not grant the scope that this resource needs.", scope="book:read book:list"',
    },
  ],
  [
    'an outage',
    () => down.authenticate(`Bearer ${token()}`),
    { reason: 'keys_unavailable', status: 503, error: 'temporarily_unavailable', expose: false },
    { ...noStore, 'Retry-After': expect.stringMatching(/^\d+$/) },
  ],
] as const

describe.each(rows)('the error of %s', (_, fail, { reason, status, error, expose }, headers) => {
  it('has the status, headers and body that hosts read', async () => {
    const refusal = await refusalOf(fail())
    expect(refusal).toBeInstanceOf(Error)
    expect(refusal).toMatchObject({ name: 'GuardError', reason, status, statusCode: status, expose })
    expect(refusal.headers).toEqual(headers)
    expect(Object.isFrozen(refusal.headers)).toBe(true)
    expect(String(refusal)).toBe(`GuardError: ${refusal.message}`)
    expect(refusal.detail).not.toBe('')
    expect(Object.keys(refusal)).not.toContain('detail')
    expect('code' in refusal).toBe(false)
  })

  it('has one body in JSON.stringify, getResponse and errorResponse', async () => {
    const refusal = await refusalOf(fail())
    const body = { error, error_description: refusal.message }
    expect(refusal.toJSON()).toEqual(body)
    expect(JSON.parse(JSON.stringify(refusal))).toEqual(body)
    expect(errorResponse(refusal)).toEqual({ status, headers: refusal.headers, body })
    const response = refusal.getResponse()
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await response.json()).toEqual(body)
    for (const [name, value] of Object.entries(refusal.headers)) expect(response.headers.get(name)).toBe(value)
  })
})

describe('a cause', () => {
  it('is set for outages only, and not enumerable', async () => {
    const outage = await refusalOf(down.verifyToken(token()))
    expect(outage.cause).toMatchObject({ name: 'FetchError', kind: 'unreachable' })
    expect(Object.keys(outage)).not.toContain('cause')
    const refused = await refusalOf(guard.verifyToken('x'))
    expect(Object.hasOwn(refused, 'cause')).toBe(false)
  })
})

describe('the challenge', () => {
  it('has the realm and the metadata of the configuration', async () => {
    const metadata = 'https://api.example.com/.well-known/oauth-protected-resource'
    const named = createGuard(optionsWith([key.jwk], { realm: 'books, v1', resourceMetadata: metadata }))
    const missing = await refusalOf(named.authenticate(null))
    expect(missing.headers['WWW-Authenticate']).toBe(`Bearer realm="books, v1", resource_metadata="${metadata}"`)
    const bad = await refusalOf(named.verifyToken('x'))
    expect(bad.headers['WWW-Authenticate']).toBe(
      `${challengeOf401.replace('authing', 'books, v1')}, resource_metadata="${metadata}"`,
    )
    const odd = createGuard(optionsWith([key.jwk], { resourceMetadata: 'https://api.example.com/a"b\\c d' }))
    const quoted = await refusalOf(odd.authenticate(null))
    expect(quoted.headers['WWW-Authenticate']).toBe(
      'Bearer realm="authing", resource_metadata="https://api.example.com/a%22b/c%20d"',
    )
  })
})

describe('a stack', () => {
  afterEach(() => {
    vi.resetModules()
  })

  it('is not captured for a caller’s fault, and Error.stackTraceLimit stays as it was', async () => {
    const limit = Error.stackTraceLimit
    const refused = await refusalOf(guard.verifyToken('x'))
    expect(refused.stack?.split('\n')).toHaveLength(1)
    const outage = await refusalOf(down.verifyToken(token()))
    expect(outage.stack?.split('\n').length).toBeGreaterThan(1)
    expect(Error.stackTraceLimit).toBe(limit)
  })

  it('is captured where Error.stackTraceLimit cannot be set, as under --frozen-intrinsics', async () => {
    const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
    vi.resetModules()
    try {
      Object.defineProperty(Error, 'stackTraceLimit', { value: 10, writable: false, configurable: true })
      const frozen = await import('../../src/common/errors.js')
      const error = frozen.guardError(refuse('token_not_jwt'), () => ({}))
      expect(error.status).toBe(401)
      expect(error.stack?.split('\n').length).toBeGreaterThan(1)
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', limit ?? {})
    }
  })
})

describe('a value in a detail', () => {
  it.each<[unknown, string]>([
    [undefined, 'nothing'],
    [null, '"a null"'],
    [true, '"a boolean"'],
    [['x'], '"a list"'],
    [{ a: 1 }, '"a object"'],
    [12, '12'],
    ['kid', '"kid"'],
    ['"\\', '"\\"\\\\"'],
    [
      'a\u0000\u001b\u007f\u0085\u202e\u2028北\u{1f600}',
      '"a\\u0000\\u001b\\u007f\\u0085\\u202e\\u2028\\u5317\\ud83d\\ude00"',
    ],
    ['x'.repeat(65), `"${'x'.repeat(64)}"`],
    [`${'x'.repeat(63)}\u{1f600}`, `"${'x'.repeat(63)}\\ud83d"`],
  ])('%j is told as %s', (value, text) => {
    expect(quote(value)).toBe(text)
  })
})

describe('events', () => {
  it('report refusals and keys, and a listener that throws changes no verdict', async () => {
    const events: GuardEvent[] = []
    const fetch = async () => Response.json({ keys: [key.jwk, null] })
    const onEvent = (event: GuardEvent) => {
      events.push(event)
      throw new Error('the listener is broken')
    }
    const told = createGuard({ issuer, appId, now: () => now, fetch, onEvent })
    await expect(told.verifyToken(token())).resolves.toBeDefined()
    const error = await refusalOf(told.authenticate(`Bearer ${tokenBy({ ...key, kid: 'x' }, idClaims)}`))
    const keysNews = { issuer, appId, type: 'keys_refreshed', keyIds: [key.kid], skipped: ['key 2: no JSON object'] }
    expect(events[0]).toMatchObject(keysNews)
    expect(events.at(-1)).toEqual({ type: 'refused', reason: 'unknown_key', status: 401, detail: error.detail })
    expect(error).toBeInstanceOf(GuardError)
  })

  it('are not needed: a guard without a listener works', async () => {
    const fetch = async () => Response.json({ keys: [key.jwk] })
    const silent = createGuard({ issuer, appId, now: () => now, fetch })
    await expect(silent.verifyToken(token())).resolves.toBeDefined()
    expect(await refusalOf(silent.verifyToken('x'))).toBeInstanceOf(GuardError)
  })

  it('K4: a rejecting event listener does not end the process', async () => {
    const rejections: unknown[] = []
    const listeners = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', (reason) => rejections.push(reason))
    try {
      const onEvent = async () => {
        throw new Error('the listener is broken')
      }
      const broken = createGuard(optionsWith([key.jwk], { onEvent }))
      await refusalOf(broken.verifyToken('x'))
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      process.removeAllListeners('unhandledRejection')
      for (const listener of listeners) process.on('unhandledRejection', listener)
    }
    expect(rejections).toEqual([])
  })
})
