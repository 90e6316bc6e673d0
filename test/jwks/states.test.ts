import { beforeEach, describe, expect, test } from 'vitest'
import { failing, guardAt, issuerKey, jwksAnswer, settled, userToken } from './issuer.js'

const first = issuerKey('first')
const second = issuerKey('second')
const start = 1_700_000_000_000
const day = 86_400
const down = failing('ECONNREFUSED')

let { guard, world } = guardAt(jwksAnswer(first))
const token = () => userToken(first, world.now)
const admitted = async (text = token()) => (await guard.verifyToken(text)).kind === 'user'
const refusal = async (text = token()) =>
  guard
    .verifyToken(text)
    .then(() => undefined)
    .catch((error: unknown) => error)

beforeEach(() => {
  ;({ guard, world } = guardAt(jwksAnswer(first)))
})

describe('fresh keys', () => {
  test('are fetched once for all that come at once', async () => {
    const text = token()
    await Promise.all(Array.from({ length: 1000 }, () => guard.verifyToken(text)))
    expect(world.fetched).toEqual(['https://my-app.authing.cn/oidc/.well-known/jwks.json'])
  })

  test('serve without a fetch until 80 % of their time', async () => {
    await admitted()
    world.wait(479)
    expect(await admitted()).toBe(true)
    await settled()
    expect(world.fetched).toHaveLength(1)
  })

  test('are refreshed ahead of their end, while they serve', async () => {
    await admitted()
    let answer = (_: Response) => {}
    world.answer = () => new Promise((resolve) => (answer = resolve))
    world.wait(571)
    expect(await admitted()).toBe(true)
    expect(await admitted()).toBe(true)
    expect(world.fetched).toHaveLength(2)
    answer(await jwksAnswer(first, second)())
    await settled()
    expect(guard.health()).toMatchObject({ state: 'fresh', applications: [{ keyIds: ['first', 'second'], age: 0 }] })
  })
})

describe('stale keys', () => {
  test('serve while the refresh runs, up to twice their time', async () => {
    await admitted()
    world.wait(1199)
    world.answer = () => new Promise(() => {})
    expect(await admitted()).toBe(true)
    expect(guard.health().state).toBe('stale')
  })

  test('are waited for anew after a long idle time, so that a removed key is not served', async () => {
    await admitted()
    world.wait(1201)
    world.answer = jwksAnswer(second)
    expect(await refusal()).toMatchObject({ reason: 'unknown_key' })
  })

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT'])('serve for a day while the fault is %s', async (code) => {
    await admitted()
    world.answer = failing(code)
    world.wait(600)
    for (let hour = 0; hour < 24; hour++) {
      world.wait(hour === 23 ? 3599 : 3600)
      expect(await admitted()).toBe(true)
      await settled()
    }
    expect(guard.health()).toMatchObject({
      state: 'stale',
      applications: [{ lastError: expect.stringMatching(/^could not reach /) }],
    })
    world.wait(2)
    expect(await refusal()).toMatchObject({ reason: 'keys_unavailable', status: 503 })
  })

  test.each([
    ['500', () => new Response('', { status: 500 }), day],
    ['429', () => new Response('', { status: 429 }), day],
    ['404', () => new Response('', { status: 404 }), 3600],
    ['a redirect', () => new Response('', { status: 302, headers: { location: 'https://hostile.example/' } }), 3600],
    ['a web page', () => new Response('<html>'), 3600],
    ['an empty set', jwksAnswer(), 3600],
    ['no set', () => Response.json([]), 3600],
    ['a certificate that does not hold', failing('CERT_HAS_EXPIRED'), 3600],
    ['a certificate of its own', failing('DEPTH_ZERO_SELF_SIGNED_CERT'), 3600],
    ['more than it may', () => new Response(`{"keys":[${' '.repeat(262_144)}]}`), 3600],
  ])('serve no longer than the fault allows: %s', async (_, answer, seconds) => {
    await admitted()
    world.answer = answer
    world.wait(600)
    expect(await admitted()).toBe(true)
    await settled()
    world.wait(seconds - 1)
    expect(await admitted()).toBe(true)
    await settled()
    world.wait(2)
    expect(await refusal()).toMatchObject({ status: 503 })
  })

  test('do not serve where staleIfError is 0', async () => {
    ;({ guard, world } = guardAt(jwksAnswer(first), { jwksCache: { staleIfError: 0 } }))
    await admitted()
    world.answer = down
    world.wait(599)
    expect(await admitted()).toBe(true)
    await settled()
    world.wait(1)
    expect(await refusal()).toMatchObject({ status: 503 })
  })

  test('become fresh again as soon as the issuer is back', async () => {
    await admitted()
    world.answer = down
    world.wait(700)
    await admitted()
    await settled()
    world.answer = jwksAnswer(first)
    world.wait(31)
    await admitted()
    await settled()
    expect(guard.health()).toMatchObject({ state: 'fresh', applications: [{ lastError: undefined }] })
  })

  test('are the result of a clock that was set back, which does not make keys young', async () => {
    await admitted()
    world.wait(-3600)
    const text = userToken(first, world.now)
    expect(await admitted(text)).toBe(true)
    await settled()
    expect(world.fetched).toHaveLength(2)
    expect(guard.health().state).toBe('fresh')
  })
})

describe('without keys', () => {
  test('an outage is 503 with Retry-After and no challenge, never 401', async () => {
    world.answer = down
    const error = await refusal()
    expect(error).toMatchObject({ reason: 'keys_unavailable', status: 503 })
    expect(error).toHaveProperty('headers', {
      'Cache-Control': 'no-store',
      'Retry-After': expect.stringMatching(/^[1-9]\d?$/),
    })
    expect(error).toHaveProperty('cause.cause.cause.code', 'ECONNREFUSED')
  })

  test('requests fail fast between the fetches of an outage', async () => {
    world.answer = down
    for (let round = 0; round < 100; round++) await refusal()
    expect(world.fetched).toHaveLength(1)
  })

  test('the pauses grow to 30 s at most, so that an outage costs the issuer little', async () => {
    world.answer = down
    const text = token()
    for (let second = 0; second < 600; second++) {
      await refusal(text)
      world.wait(1)
    }
    // Of 30 s at most, and 15 on average once they have grown.
    expect(world.fetched.length).toBeGreaterThan(20)
    expect(world.fetched.length).toBeLessThan(90)
  })

  test('a pause ends where the clock is set back, and does not last for as long as that is', async () => {
    world.answer = failing('CERT_NOT_YET_VALID')
    await refusal()
    world.wait(-day)
    world.answer = jwksAnswer(first)
    expect(await admitted()).toBe(true)
  })

  test('a fetch that was lost with a frozen process is given up', async () => {
    world.answer = () => new Promise(() => {})
    void refusal()
    await settled()
    world.wait(5)
    world.answer = jwksAnswer(first)
    expect(await admitted()).toBe(true)
  })

  test('what a given-up fetch brings in the end is dropped', async () => {
    const answers: ((response: Response) => void)[] = []
    world.answer = () => new Promise((resolve) => answers.push(resolve))
    const lost = refusal()
    await settled()
    world.wait(5)
    const found = guard.verifyToken(token())
    await settled()
    answers[1]?.(await jwksAnswer(first)())
    expect((await found).kind).toBe('user')
    answers[0]?.(await jwksAnswer(second)())
    await lost
    expect(guard.health()).toMatchObject({ applications: [{ keyIds: ['first'] }] })
  })

  test('a failure of a given-up fetch is dropped as well', async () => {
    const faults: ((fault: Error) => void)[] = []
    world.answer = () => new Promise((_, reject) => faults.push(reject))
    const lost = refusal()
    await settled()
    world.wait(5)
    world.answer = jwksAnswer(first)
    await admitted()
    faults[0]?.(new TypeError('fetch failed'))
    await lost
    expect(guard.health()).toMatchObject({ state: 'fresh', applications: [{ lastError: undefined }] })
    expect(world.events.filter(({ type }) => type === 'keys_failed')).toEqual([])
  })

  test("a fetch of the user's own that misbehaves is an outage", async () => {
    for (const fetch of [() => undefined, () => 'text', () => ({ status: 200, body: 1 })]) {
      const { guard } = guardAt(down, { fetch: fetch as never })
      await expect(guard.verifyToken(token())).rejects.toMatchObject({ status: 503 })
    }
  })

  test('keys that ran out and cannot be had again are 503 with what is left of the pause', async () => {
    ;({ guard, world } = guardAt(jwksAnswer(first), { jwksCache: { staleIfError: 0 } }))
    await admitted()
    world.answer = down
    world.wait(start / start + 700)
    const error = await refusal()
    expect(error).toMatchObject({ status: 503, headers: { 'Retry-After': expect.any(String) } })
  })
})
