import { createHmac } from 'node:crypto'
import { createGuard, type GuardOptions } from 'authing-guard'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { issuerKey, userToken } from '../jwks/issuer.js'

const first = issuerKey('first')
const second = issuerKey('second')
const keys = [first, second]

let now = 0
const make = (options: Partial<GuardOptions> = {}) =>
  createGuard({
    issuer: 'https://my-app.authing.cn/oidc',
    appId: '5f17a529f64fb009b794a2ff',
    jwks: { keys: keys.map(({ jwk }) => jwk) },
    now: () => now,
    ...options,
  } as GuardOptions)

beforeEach(() => {
  now = 1_700_000_000_000
})

const rewrite = (text: string) => Buffer.from(text).toString()

describe('a token that comes again', () => {
  test('is remembered from the second sight on, as one shared identity', async () => {
    const guard = make()
    const text = userToken(first, now)
    const seen = [await guard.verifyToken(text), await guard.verifyToken(rewrite(text))]
    expect(seen[1]).not.toBe(seen[0])
    expect(await guard.verifyToken(rewrite(text))).toBe(seen[1])
    expect(
      await guard
        .require({ scope: 'a' })
        .verifyToken(text)
        .catch(() => 403),
    ).toBe(403)
  })

  test('is remembered by one guard alone', async () => {
    const text = userToken(first, now)
    const guard = make()
    for (let round = 0; round < 3; round++) await guard.verifyToken(text)
    await expect(make({ appId: 'another' }).verifyToken(text)).rejects.toMatchObject({ reason: 'wrong_audience' })
  })

  test('is verified each time where the cache is off', async () => {
    const guard = make({ tokenCache: false })
    const text = userToken(first, now)
    for (let round = 0; round < 3; round++) await guard.verifyToken(text)
    expect(await guard.verifyToken(text)).not.toBe(await guard.verifyToken(text))
  })

  test('is refused once it has expired', async () => {
    const guard = make()
    const text = userToken(first, now, { exp: now / 1000 + 100 })
    for (let round = 0; round < 3; round++) await guard.verifyToken(text)
    now += 104_999
    expect((await guard.verifyToken(text)).kind).toBe('user')
    now += 1
    await expect(guard.verifyToken(text)).rejects.toMatchObject({ reason: 'expired_token' })
  })

  test('is refused by a clock that was set back before its nbf', async () => {
    const guard = make()
    const text = userToken(first, now, { nbf: now / 1000 })
    for (let round = 0; round < 3; round++) await guard.verifyToken(text)
    now -= 61_000
    await expect(guard.verifyToken(text)).rejects.toMatchObject({ reason: 'not_yet_valid' })
  })

  test('is verified anew after five minutes', async () => {
    const guard = make()
    const text = userToken(first, now)
    for (let round = 0; round < 3; round++) await guard.verifyToken(text)
    const remembered = await guard.verifyToken(text)
    now += 299_999
    expect(await guard.verifyToken(text)).toBe(remembered)
    now += 1
    expect(await guard.verifyToken(text)).not.toBe(remembered)
  })
})

describe('what is remembered', () => {
  test('is nothing of a token with the same end and other bytes before it', async () => {
    const guard = make()
    const text = userToken(first, now)
    for (let round = 0; round < 3; round++) await guard.verifyToken(text)
    const [header = '', claims = '', signature = ''] = text.split('.')
    const forged = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: 'admin' }),
    )
    const spoilt = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    for (const bad of [`${header}.${forged.toString('base64url')}.${signature}`, `${header}.${claims}.${spoilt}`]) {
      expect(bad.slice(-32)).toBe(text.slice(-32))
      await expect(guard.verifyToken(bad)).rejects.toMatchObject({ reason: 'bad_signature' })
    }
    expect((await guard.verifyToken(text)).kind).toBe('user')
  })

  test('does not cache a refusal', async () => {
    const guard = make()
    const early = userToken(first, now, { nbf: now / 1000 + 3600 })
    for (let round = 0; round < 3; round++) await expect(guard.verifyToken(early)).rejects.toThrow()
    now += 3600_000
    expect((await guard.verifyToken(early)).kind).toBe('user')
  })

  test('cannot be changed by a handler', async () => {
    const guard = make()
    const text = userToken(first, now, { roles: ['reader'], extended: { level: 1 } })
    for (let round = 0; round < 3; round++) {
      const { claims } = await guard.verifyToken(text)
      expect(() => (claims['roles'] as string[]).push('admin')).toThrow(TypeError)
      expect(() => Object.assign(claims['extended'] as object, { level: 9 })).toThrow(TypeError)
    }
    expect((await guard.verifyToken(text)).claims).toMatchObject({ roles: ['reader'], extended: { level: 1 } })
  })

  test('is gone with its key', async () => {
    const guard = make()
    const text = userToken(first, now)
    for (let round = 0; round < 3; round++) await guard.verifyToken(text)
    guard.distrustKey('first')
    await expect(guard.verifyToken(text)).rejects.toMatchObject({ reason: 'unknown_key' })
  })

  test('keeps to the number of entries, the oldest go first', async () => {
    const guard = make({ tokenCache: { maxEntries: 2 } })
    const texts = [1, 2, 3].map((sub) => userToken(first, now, { sub: `user-${sub}` }))
    const identities = []
    for (const text of texts) {
      await guard.verifyToken(text)
      identities.push(await guard.verifyToken(text))
    }
    expect(await guard.verifyToken(texts[2] ?? '')).toBe(identities[2])
    expect(await guard.verifyToken(texts[1] ?? '')).toBe(identities[1])
    expect(await guard.verifyToken(texts[0] ?? '')).not.toBe(identities[0])
  })

  test('keeps to the number of bytes', async () => {
    const guard = make({ tokenCache: { maxBytes: 65_536 } })
    const texts = Array.from({ length: 8 }, (_, sub) =>
      userToken(first, now, { sub: `user-${sub}`, pad: 'x'.repeat(6000) }),
    )
    const identities = []
    for (const text of texts) {
      await guard.verifyToken(text)
      identities.push(await guard.verifyToken(text))
    }
    expect(await guard.verifyToken(texts[7] ?? '')).toBe(identities[7])
    expect(await guard.verifyToken(texts[0] ?? '')).not.toBe(identities[0])
  })

  test('serves no longer than the keys do', async () => {
    const fetch = vi.fn(async () => Response.json({ keys: keys.map(({ jwk }) => jwk) }))
    const guard = make({ jwks: undefined, fetch, jwksCache: { maxAge: 60, staleIfError: 0 } } as Partial<GuardOptions>)
    const text = userToken(second, now)
    for (let round = 0; round < 3; round++) await guard.verifyToken(text)
    fetch.mockImplementation(async () => new Response('', { status: 500 }))
    now += 61_000
    await expect(guard.verifyToken(text)).rejects.toMatchObject({ reason: 'keys_unavailable' })
  })
})

test('a token without iat is remembered, and one over maxTokenAge is not', async () => {
  const timeless = userToken(first, now, { iat: undefined })
  const guard = make()
  for (let round = 0; round < 2; round++) await guard.verifyToken(timeless)
  expect(await guard.verifyToken(timeless)).toBe(await guard.verifyToken(timeless))
  const strict = make({ maxTokenAge: 60 })
  const text = userToken(first, now)
  for (let round = 0; round < 3; round++) await strict.verifyToken(text)
  now += 65_000
  await expect(strict.verifyToken(text)).rejects.toMatchObject({ reason: 'expired_token' })
})

test('given keys that the platform does not import are an outage, told as it is', async () => {
  const offCurve = {
    kty: 'EC',
    crv: 'P-256',
    x: Buffer.alloc(32, 1).toString('base64url'),
    y: Buffer.alloc(32, 2).toString('base64url'),
  }
  await expect(make({ jwks: { keys: [offCurve] } }).verifyToken(userToken(first, now))).rejects.toMatchObject({
    reason: 'keys_unavailable',
    detail: expect.stringMatching(/jwks option/),
  })
})

describe('a legacy token, whose secret has no age', () => {
  const jwtSecret = 'the secret of the user pool, 32 bytes'
  const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  async function remembered() {
    const guard = createGuard({ userPool: { id: 'pool-1', jwtSecret }, now: () => now })
    const claims = { data: { type: 'user', id: 'user-1', userPoolId: 'pool-1' }, iat: now / 1000, exp: now / 1000 + 60 }
    const input = `${segment({ alg: 'HS256', typ: 'JWT' })}.${segment(claims)}`
    const text = `${input}.${createHmac('sha256', jwtSecret).update(input).digest('base64url')}`
    for (let round = 0; round < 2; round++) await guard.verifyToken(text)
    return { guard, text, identity: await guard.verifyToken(text) }
  }

  test('is remembered like any other', async () => {
    const { guard, text, identity } = await remembered()
    expect(await guard.verifyToken(text)).toBe(identity)
  })

  test('is verified anew by a clock that was set back, for how long it has been remembered nobody knows then', async () => {
    const { guard, text, identity } = await remembered()
    now -= 1
    expect(await guard.verifyToken(text)).toEqual(identity)
    expect(await guard.verifyToken(text)).not.toBe(identity)
  })

  test('is refused by a clock that was set back before its iat', async () => {
    const { guard, text } = await remembered()
    now -= 61_000
    await expect(guard.verifyToken(text)).rejects.toMatchObject({ reason: 'not_yet_valid' })
  })
})

test('a token that reports an event, such as a logout token, is refused', async () => {
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  await expect(make().verifyToken(userToken(first, now, { events }))).rejects.toMatchObject({ reason: 'wrong_claim' })
})
