import { inspect } from 'node:util'
import { isProfileError, ProfileError } from 'authing-guard/profile'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { leakIn, secretsOf } from '../support/leaks.js'
import { userId } from '../support/world.js'
import { claims, faultOf, Raw, userinfo } from './world.js'

// Answers of the userinfo endpoint that are none, and the endpoint that is down.

const server = userinfo()
beforeEach(() => {
  server.asked.length = 0
  server.answer = () => claims
})
afterEach(() => {
  vi.useRealTimers()
})

const json = (value: unknown) => new Raw(200, JSON.stringify(value))

/** Everything that an error may become on its way into a log or an answer. */
function tracesOf(error: ProfileError, events: readonly unknown[]): string {
  const shown = inspect(error, { showHidden: true, depth: 12, getters: true })
  const texts = [error.message, error.stack, error.detail, String(error), JSON.stringify(error), shown]
  return [...texts, JSON.stringify(events), inspect(error.cause)].join('\n')
}

describe('an answer', () => {
  const refused: readonly (readonly [string, Raw])[] = [
    ['about another user', json({ ...claims, sub: 'ratty' })],
    ['about no user', json({ name: 'Mole' })],
    ['whose sub is null', json({ ...claims, sub: null })],
    ['whose sub is a list', json({ ...claims, sub: [userId] })],
    ['whose sub is in its prototype', new Raw(200, `{"__proto__":{"sub":"${userId}"},"name":"Mole"}`)],
    ['with status 400', new Raw(400, '{"error":"invalid_request"}')],
    ['with status 401', new Raw(401, '{"error":"invalid_token"}')],
    ['with status 403', new Raw(403, '{"error":"insufficient_scope"}')],
    ['with status 404', new Raw(404, 'Not Found')],
  ]
  test.each(refused)('%s is refused', async (_, answer) => {
    const { of, events } = server.open()
    server.answer = () => answer
    const fault = await faultOf(of())
    expect(fault.reason).toBe('refused')
    expect(fault.headers).toEqual({ 'Cache-Control': 'no-store' })
    expect(leakIn(tracesOf(fault, events), [...secretsOf(server.token()), 'mole@example.com', userId])).toBeUndefined()
  })

  const unusable: readonly (readonly [string, Raw, RegExp])[] = [
    ['that is a list', json([claims]), /did not answer a JSON object$/],
    ['that is null', json(null), /did not answer a JSON object$/],
    ['that is a string', json('mole'), /did not answer a JSON object$/],
    ['that is empty', new Raw(200, ''), /did not answer JSON$/],
    ['that is a page', new Raw(200, '<!doctype html><title>Sign in</title>'), /did not answer JSON$/],
    ['that is a JWT', new Raw(200, 'eyJhbGciOiJub25lIn0.e30.'), /did not answer JSON$/],
    ['of more than 64 KiB', json({ ...claims, more: 'x'.repeat(65_536) }), /answered more than 65536 bytes$/],
    ['with status 201', new Raw(201, JSON.stringify(claims)), /answered 201$/],
    ['with status 429', new Raw(429, '', { 'retry-after': '3600' }), /answered 429$/],
    ['with status 500', new Raw(500, JSON.stringify(claims)), /answered 500$/],
    ['with status 503', new Raw(503, ''), /answered 503$/],
    ['that leads to another address', new Raw(302, '', { location: '/elsewhere' }), /answered 302$/],
    ['that leads to another address by 307', new Raw(307, '', { location: '/elsewhere' }), /answered 307$/],
  ]
  test.each(unusable)('%s is an outage', async (_, answer, says) => {
    const { of, events } = server.open()
    server.answer = () => answer
    const fault = await faultOf(of())
    expect(fault.reason).toBe('unavailable')
    expect(fault.detail).toMatch(says)
    expect(fault.headers).toEqual({ 'Cache-Control': 'no-store', 'Retry-After': '1' })
    expect(server.asked.map(({ url }) => url)).toEqual(['/oidc/me'])
    expect(leakIn(tracesOf(fault, events), [...secretsOf(server.token()), 'mole@example.com', userId])).toBeUndefined()
  })

  test('that does not come within 3 seconds is an outage', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const signals: (AbortSignal | undefined)[] = []
    const { of } = server.open({
      fetch: (url: string, init: RequestInit) => {
        signals.push(init.signal ?? undefined)
        return fetch(url, init)
      },
    })
    server.answer = () => undefined
    const looked = faultOf(of())
    while (server.asked.length === 0) await new Promise((turn) => setImmediate(turn))
    await vi.advanceTimersByTimeAsync(3000)
    expect(await looked).toMatchObject({ reason: 'unavailable', detail: 'no answer within 3 s' })
    expect(signals.map((signal) => signal?.aborted)).toEqual([true])
  })

  test('that is an outage is not kept: the next question is asked anew', async () => {
    const { of } = server.open()
    server.answer = () => new Raw(500, '')
    await faultOf(of())
    server.answer = () => claims
    expect(await of()).toMatchObject({ name: 'Mole' })
  })
})

describe('a fetch', () => {
  test.each([
    [
      'that throws an error with the request in it',
      (_: string, init: object) => Promise.reject(Object.assign(new Error('no'), { init })),
    ],
    [
      'that throws the token',
      (_: string, init: { headers: { authorization: string } }) => Promise.reject(init.headers.authorization),
    ],
    ['that returns no response', async () => 'mole'],
    [
      'that returns headers that throw the token',
      async (_: string, { headers }: { headers: { authorization: string } }) => ({
        status: 429,
        body: null,
        headers: {
          get() {
            throw new Error(headers.authorization)
          },
        },
      }),
    ],
  ])('%s is an outage, and the token is in no error', async (_, asking) => {
    const { of, events } = server.open({ fetch: asking })
    const fault = await faultOf(of())
    expect(fault.reason).toBe('unavailable')
    expect(leakIn(tracesOf(fault, events), secretsOf(server.token()))).toBeUndefined()
  })

  test('that throws where it is called is an outage', async () => {
    const { of } = server.open({
      fetch: () => {
        throw new TypeError('no')
      },
    })
    expect(await faultOf(of())).toMatchObject({ reason: 'unavailable' })
  })
})

describe('the members of a profile', () => {
  test('are what the claims say', async () => {
    const { of } = server.open()
    const profile = await of()
    expect(profile).toEqual({
      userId,
      name: 'Mole',
      username: 'mole',
      picture: 'https://files.example.com/mole.png',
      email: 'mole@example.com',
      emailVerified: true,
      phone: '13800000000',
      phoneVerified: false,
      gender: 'U',
    })
    expect(profile?.raw).toEqual(claims)
  })

  test('are absent where the claims are of other types, and nothing is verified that is not true', async () => {
    const { of } = server.open()
    const wrong = { name: 7, nickname: ['x'], picture: { url: 'x' }, email: false, email_verified: 'true' }
    server.answer = () => ({ sub: userId, ...wrong, phone_number: null, phone_number_verified: 1 })
    expect(await of()).toEqual({ userId, emailVerified: false, phoneVerified: false })
  })

  test('come from the answer alone, not from Object.prototype', async () => {
    const names = { email: 'x', email_verified: true, sub: 'ratty', phone: 'x' }
    for (const [name, value] of Object.entries(names))
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
    try {
      const { of } = server.open()
      server.answer = () => new Raw(200, `{"sub":"${userId}","__proto__":{"name":"x"},"constructor":{"name":"x"}}`)
      const profile = await of()
      expect(Object.keys(profile ?? {})).toEqual(['userId', 'emailVerified', 'phoneVerified'])
      expect(profile?.emailVerified).toBe(false)
      expect(Object.hasOwn(profile?.raw ?? {}, '__proto__')).toBe(false)
    } finally {
      for (const name of Object.keys(names)) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  test('belong to no user where only Object.prototype names one', async () => {
    Object.defineProperty(Object.prototype, 'sub', { value: userId, configurable: true, writable: true })
    try {
      server.answer = () => new Raw(200, '{"name":"Mole"}')
      expect(await faultOf(server.open().of())).toMatchObject({ reason: 'refused' })
    } finally {
      Reflect.deleteProperty(Object.prototype, 'sub')
    }
  })

  test('are frozen at every level', async () => {
    server.answer = () => ({ ...claims, address: { lines: ['River Bank'] } })
    const profile = await server.open().of()
    const { address } = Object(profile?.raw)
    for (const one of [profile, profile?.raw, address, address.lines]) expect(Object.isFrozen(one)).toBe(true)
  })

  test('are all that JSON and a log show of it', async () => {
    server.answer = () => ({ ...claims, custom: 'a secret of the pipeline' })
    const profile = await server.open().of()
    expect(profile?.raw['custom']).toBe('a secret of the pipeline')
    expect(JSON.stringify(profile) + inspect(profile)).not.toMatch(/raw|a secret/)
  })
})

describe('while the endpoint is down', () => {
  test('questions fail at once after three failures in a row, and one goes first after the pause', async () => {
    const world = server.open()
    server.answer = () => new Raw(500, '')
    for (let at = 0; at < 3; at++) await faultOf(world.of({ sub: `user-${at}` }))
    const closed = await faultOf(world.of({ sub: 'one more' }))
    expect(closed).toMatchObject({ reason: 'unavailable', detail: expect.stringMatching(/answered 500$/) })
    expect(Number(closed.headers['Retry-After'])).toBeGreaterThanOrEqual(1)
    expect(server.asked).toHaveLength(3)
    world.time += 2000
    server.answer = () => claims
    expect(await world.of()).toMatchObject({ name: 'Mole' })
    expect(server.asked).toHaveLength(4)
  })

  test('a profile that is kept is served on', async () => {
    const world = server.open()
    const kept = await world.of()
    server.answer = () => new Raw(500, '')
    for (let at = 0; at < 4; at++) await faultOf(world.of({ sub: `user-${at}` }))
    expect(await world.of()).toBe(kept)
  })

  test('refusals do not count as failures: tokens that are refused stop nobody else', async () => {
    const { of } = server.open()
    server.answer = () => new Raw(401, '')
    for (let at = 0; at < 5; at++) await faultOf(of({ sub: `user-${at}` }))
    server.answer = () => claims
    expect(await of()).toMatchObject({ name: 'Mole' })
  })

  test('the guard admits requests as before', async () => {
    const { guard, of } = server.open()
    server.answer = () => new Raw(500, '')
    for (let at = 0; at < 4; at++) await faultOf(of({ sub: `user-${at}` }))
    expect(await guard.verifyToken(server.token())).toMatchObject({ userId })
  })
})

test('an error is known by its brand, and nothing else is', async () => {
  const { of } = server.open()
  server.answer = () => new Raw(500, '')
  const fault = await faultOf(of())
  expect(fault).toBeInstanceOf(ProfileError)
  for (const other of [new Error('x'), undefined, null, 'x', { reason: 'refused' }])
    expect(isProfileError(other)).toBe(false)
})
