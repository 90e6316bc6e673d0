import { beforeEach, describe, expect, test, vi } from 'vitest'
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
    ['408', () => new Response('', { status: 408 }), day],
    ['425', () => new Response('', { status: 425 }), day],
    ['404', () => new Response('', { status: 404 }), 3600],
    ['a redirect', () => new Response('', { status: 302, headers: { location: 'https://hostile.example/' } }), 3600],
    ['a web page', () => new Response('<html>'), 3600],
    ['an empty set', jwksAnswer(), 3600],
    ['no set', () => Response.json([]), 3600],
    ['a certificate that does not hold', failing('CERT_HAS_EXPIRED'), 3600],
    ['a certificate of its own', failing('DEPTH_ZERO_SELF_SIGNED_CERT'), 3600],
    ['a TLS handshake that fails', failing('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'), 3600],
    ['a TLS protocol error', failing('EPROTO'), 3600],
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

  /** Five hours of answers 500, one request every half hour. */
  const longOutage = async () => {
    await admitted()
    world.answer = () => new Response('', { status: 500 })
    for (let half = 0; half < 10; half++) {
      world.wait(1800)
      expect(await admitted()).toBe(true)
      await settled()
    }
  }

  test.each([
    ['404', () => new Response('', { status: 404 })],
    ['403', () => new Response('', { status: 403 })],
    ['a redirect', () => new Response('', { status: 302, headers: { location: 'https://hostile.example/' } })],
    ['a web page', () => new Response('<html>')],
    ['a TLS fault', failing('CERT_HAS_EXPIRED')],
  ])('serve for an hour from the first unusable answer of an unbroken run, not of their age: %s', async (_, bad) => {
    await longOutage()
    world.answer = bad
    world.wait(40)
    expect(await admitted()).toBe(true)
    await settled()
    world.wait(1800)
    expect(await admitted()).toBe(true)
    await settled()
    world.wait(1799)
    expect(await admitted()).toBe(true)
    await settled()
    world.wait(2)
    expect(await refusal()).toMatchObject({ status: 503 })
  })

  test('serve on where a failure of the network ends a run of unusable answers, and within a day all the same', async () => {
    await longOutage()
    for (let half = 0; half < 37; half++) {
      world.answer = half % 2 === 0 ? () => new Response('', { status: 404 }) : down
      world.wait(1800)
      expect(await admitted()).toBe(true)
      await settled()
    }
    world.answer = () => new Response('', { status: 404 })
    world.wait(1800)
    expect(await admitted()).toBe(true)
    await settled()
    world.wait(601)
    expect(await refusal()).toMatchObject({ status: 503 })
  })

  test('are not cut short by unusable answers while they are fresh', async () => {
    ;({ guard, world } = guardAt(jwksAnswer(first), { jwksCache: { maxAge: day, staleIfError: 60 } }))
    await admitted()
    world.answer = () => new Response('', { status: 404 })
    world.wait(0.96 * day)
    await admitted()
    await settled()
    world.wait(0.04 * day - 1)
    expect(await admitted()).toBe(true)
    await settled()
    world.wait(61)
    expect(await refusal()).toMatchObject({ status: 503 })
  })

  test.each([
    ['unusable answers', () => new Response('', { status: 404 })],
    ['an issuer that is out of reach', down],
  ])('serve for a staleIfError of less than an hour after their maxAge beside %s', async (_, bad) => {
    ;({ guard, world } = guardAt(jwksAnswer(first), { jwksCache: { maxAge: 14, staleIfError: 14 } }))
    await admitted()
    world.answer = bad
    // The refresh begins before they are 14 seconds old, and fails.
    world.wait(13)
    await admitted()
    await settled()
    world.wait(14.9)
    expect(await admitted()).toBe(true)
    await settled()
    world.wait(0.2)
    expect(await refusal()).toMatchObject({ status: 503 })
  })

  test('say in health and in the event until when they serve, and by which bound', async () => {
    const seconds = () => world.now / 1000
    expect(guard.health()).toMatchObject({ applications: [{ servesUntil: undefined, bound: undefined }] })
    await admitted()
    const readAt = seconds()
    expect(guard.health()).toMatchObject({ applications: [{ servesUntil: readAt + 1200, bound: undefined }] })
    world.answer = down
    world.wait(600)
    await admitted()
    await settled()
    const outage = { servesUntil: readAt + 600 + day, bound: 'outage' }
    expect(guard.health()).toMatchObject({ state: 'stale', applications: [outage] })
    expect(world.events.filter(({ type }) => type === 'keys_failed')).toMatchObject([{ state: 'stale', ...outage }])
    world.answer = failing('CERT_HAS_EXPIRED')
    world.wait(60)
    await admitted()
    await settled()
    const untrusted = { servesUntil: seconds() + 3600, bound: 'bad_answers' }
    const error = expect.stringMatching(/CERT_HAS_EXPIRED \(TLS\)$/)
    expect(guard.health()).toMatchObject({ applications: [{ ...untrusted, lastError: error }] })
    expect(world.events.filter(({ type }) => type === 'keys_failed').at(-1)).toMatchObject({ ...untrusted, error })
    world.wait(3600)
    expect(await refusal()).toMatchObject({ status: 503 })
  })

  test('that the options give serve for ever', async () => {
    ;({ guard, world } = guardAt(down, { jwks: { keys: [first.jwk] } as never }))
    await admitted()
    expect(guard.health()).toMatchObject({ applications: [{ servesUntil: Infinity, bound: undefined }] })
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

describe('a JWKS whose keys are all unfit', () => {
  const { n, ...withoutModulus } = first.jwk
  const unfit = [{ ...first.jwk, kid: 1 }, { ...first.jwk, n: `${n}==` }, withoutModulus, { ...first.jwk, use: 'enc' }]
  const why = /: key 1: kid is not a string, key 2: n is not base64url, key 3: the RSA key has no n, and 1 more$/

  test('says why, key by key, in the detail, the event and health', async () => {
    world.answer = jwksAnswer(...unfit.map((jwk) => ({ jwk })))
    const says = expect.stringMatching(why)
    expect(await refusal()).toMatchObject({ status: 503, detail: says, check: { failure: { kind: 'no_usable_key' } } })
    expect(world.events[0]).toMatchObject({ type: 'keys_failed', error: says })
    expect(guard.health()).toMatchObject({ applications: [{ lastError: says }] })
  })

  test('says that the list is empty, where it is', async () => {
    world.answer = jwksAnswer()
    expect(await refusal()).toMatchObject({ detail: expect.stringMatching(/: the list is empty$/) })
  })

  test('beside a good one is named in the detail of a token whose kid is not usable', async () => {
    world.answer = jwksAnswer(first, { jwk: { ...second.jwk, use: 'enc' } })
    expect(await refusal(userToken(second, world.now))).toMatchObject({
      reason: 'unknown_key',
      detail:
        'kid "second" is not a usable key of the issuer; these members of its JWKS are none: key 2: use is not sig',
    })
  })
})

describe('Retry-After of the issuer', () => {
  const busy = (status: number, retryAfter: string) => () =>
    new Response('', { status, headers: { 'Retry-After': retryAfter } })
  const inSeconds = (seconds: number) => new Date(world.now + seconds * 1000).toUTCString()
  /** Seconds until the issuer is asked again, with a request every second; none within ten minutes is Infinity. */
  const pause = async () => {
    const asked = world.fetched.length
    for (let passed = 0; passed < 600; passed++) {
      await guard.verifyToken(token()).catch(() => {})
      await settled()
      if (world.fetched.length > asked) return passed
      world.wait(1)
    }
    return Infinity
  }
  const stale = async (answer: () => Response) => {
    await admitted()
    world.answer = answer
    world.wait(600)
    await admitted()
    await settled()
  }

  test.each([429, 503])('is waited for while keys serve, up to five minutes (status %d)', async (status) => {
    await stale(busy(status, '120'))
    expect(await pause()).toBe(120)
    world.answer = busy(status, '86400')
    world.wait(120)
    await admitted()
    await settled()
    expect(await pause()).toBe(300)
  })

  test.each([429, 503])('is waited for without keys, up to 30 s (status %d)', async (status) => {
    world.answer = busy(status, '20')
    await refusal()
    expect(await pause()).toBe(20)
    world.answer = busy(status, '86400')
    world.wait(30)
    await refusal()
    expect(await pause()).toBe(30)
  })

  test('may be a date', async () => {
    await stale(busy(503, inSeconds(720)))
    expect(await pause()).toBe(120)
  })

  test.each(['', 'soon', '-5', '1e9', '10, 20'])('of %j is left out of account', async (value) => {
    await stale(busy(503, value))
    expect(await pause()).toBeLessThanOrEqual(2)
  })

  test('that has passed is left out of account', async () => {
    await stale(busy(503, inSeconds(0)))
    expect(await pause()).toBeLessThanOrEqual(2)
  })

  test('of another status is left out of account', async () => {
    await stale(busy(500, '300'))
    expect(await pause()).toBeLessThanOrEqual(2)
  })

  test('of five minutes ends after 30 s at most where the keys run out meanwhile', async () => {
    await stale(busy(503, '20'))
    world.wait(day - 60)
    world.answer = busy(503, '300')
    await admitted()
    await settled()
    const asked = world.fetched.length
    world.wait(59)
    await admitted()
    expect(world.fetched).toHaveLength(asked)
    world.wait(1)
    world.answer = jwksAnswer(first)
    expect(await admitted()).toBe(true)
  })
})

describe('without keys', () => {
  test('the first retry is from 1 to 10 s after, so that a fleet that starts in an outage does not retry at once', async () => {
    for (const [chance, seconds] of [
      [0, 1],
      [0.5, 5.5],
      [0.999, 9.991],
    ] as const) {
      const random = vi.spyOn(Math, 'random').mockReturnValue(chance)
      ;({ guard, world } = guardAt(down))
      await refusal()
      world.wait(seconds - 0.01)
      await refusal()
      expect(world.fetched).toHaveLength(1)
      world.wait(0.01)
      await refusal()
      expect(world.fetched).toHaveLength(2)
      random.mockRestore()
    }
  })

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
