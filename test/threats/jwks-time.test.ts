import { createGuard, type GuardEvent } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { type Jwk, keyPair, tokenBy } from '../support/forge.js'
import { appId, expect401, expectAdmitted, idClaims, issuer, now, refusalOf, today } from '../support/world.js'

// Threats of section G over time, with a simulated clock and network.

const [old, next] = [keyPair('RS256', 'kid-1'), keyPair('RS256', 'kid-2')]
const claims = { ...idClaims, exp: today + 30 * 86_400 }
const set = (...keys: readonly { readonly jwk: Jwk }[]) => Response.json({ keys: keys.map(({ jwk }) => jwk) })
const day = 86_400

type Answer = () => Response | Promise<Response>
const down: Answer = () => {
  throw new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:443'), { code: 'ECONNREFUSED' }),
  })
}
const noHost: Answer = () => {
  const cause = Object.assign(new Error('getaddrinfo ENOTFOUND my-app.authing.cn'), { code: 'ENOTFOUND' })
  throw new TypeError('fetch failed', { cause })
}
const status =
  (code: number): Answer =>
  () =>
    new Response(null, { status: code })

/** A guard of an issuer whose answers change as time goes by. */
function timeline(first: Answer, options: object = {}) {
  const world = { answer: first, at: now, fetches: 0, events: [] as GuardEvent[] }
  const guard = createGuard({
    issuer,
    appId,
    now: () => world.at,
    onEvent: (event: GuardEvent) => world.events.push(event),
    fetch: async () => {
      world.fetches++
      return world.answer()
    },
    ...options,
  })
  return {
    world,
    guard,
    pass: (seconds: number) => {
      world.at += seconds * 1000
    },
    /** Lets a refresh in the background come to its end. */
    settle: () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve))),
  }
}

describe('an outage', () => {
  it.each<[string, Answer]>([
    ['refused', down],
    ['without a name', noHost],
    ['of status 500', status(500)],
    ['of status 429', status(429)],
  ])('G17: during an outage (%s) known keys are used for a day, and then tokens get 503', async (_, outage) => {
    const { world, guard, pass, settle } = timeline(() => set(old))
    const token = tokenBy(old, claims)
    await expectAdmitted(guard, token)
    world.answer = outage
    for (let hour = 0; hour < 24; hour++) {
      pass(3600)
      await expectAdmitted(guard, token)
      await expectAdmitted(guard, tokenBy(old, { ...claims, jti: `${hour}` }))
      await settle()
    }
    pass(601)
    const error = await refusalOf(guard.verifyToken(token))
    expect(error).toMatchObject({ status: 503, reason: 'keys_unavailable', expose: false })
    expect(error.toJSON()).toEqual({
      error: 'temporarily_unavailable',
      error_description: expect.stringContaining('Try again later.'),
    })
    expect(error.headers).not.toHaveProperty('WWW-Authenticate')
    expect(JSON.stringify([error, error.headers, error.message])).not.toMatch(/authing\.cn|10\.0|443|ECONN|ENOT/)
  })

  it('G17: an outage admits no bad token and calls no good token invalid', async () => {
    const { world, guard, pass, settle } = timeline(() => set(old))
    await expectAdmitted(guard, tokenBy(old, claims))
    world.answer = down
    pass(3600)
    await expectAdmitted(guard, tokenBy(old, claims))
    await settle()
    await expect401(guard, tokenBy({ ...next, kid: old.kid }, claims), 'bad_signature')
    // Nobody knows whether this key is the issuer's.
    expect(await refusalOf(guard.verifyToken(tokenBy(next, claims)))).toMatchObject({ status: 503 })
  })

  it.each([404, 403, 400, 304, 204])(
    'G17: while the issuer answers %d, known keys are used for an hour, not for a day',
    async (code) => {
      const { world, guard, pass, settle } = timeline(() => set(old))
      await expectAdmitted(guard, tokenBy(old, claims))
      world.answer = status(code)
      pass(600)
      await expectAdmitted(guard, tokenBy(old, claims))
      await settle()
      pass(3599)
      await expectAdmitted(guard, tokenBy(old, claims))
      await settle()
      pass(2)
      expect(await refusalOf(guard.verifyToken(tokenBy(old, claims)))).toMatchObject({ status: 503 })
    },
  )

  it('G18: an outage under a hundred requests a second causes only a handful of fetches', async () => {
    const { world, guard, pass } = timeline(down)
    const tokens = Array.from({ length: 10 }, (_, at) => tokenBy(old, { ...claims, jti: `${at}` }))
    for (let second = 0; second < 10; second += 0.1) {
      for (const token of tokens) expect(await refusalOf(guard.verifyToken(token))).toMatchObject({ status: 503 })
      pass(0.1)
    }
    expect(world.fetches).toBeGreaterThan(0)
    expect(world.fetches).toBeLessThan(12)
    expect(world.events.filter(({ type }) => type === 'keys_failed')).toHaveLength(world.fetches)
  })

  it('G18: an outage after the keys went stale causes only a handful of fetches under a hundred requests a second', async () => {
    const { world, guard, pass, settle } = timeline(() => set(old))
    const token = tokenBy(old, claims)
    await expectAdmitted(guard, token)
    world.answer = down
    pass(700)
    for (let second = 0; second < 10; second += 0.1) {
      for (let turn = 0; turn < 10; turn++) await expectAdmitted(guard, token)
      await settle()
      pass(0.1)
    }
    expect(world.fetches).toBeGreaterThan(1)
    expect(world.fetches).toBeLessThan(13)
  })

  it('G19: the end of an outage is noticed within 30 seconds', async () => {
    const { world, guard, pass } = timeline(down)
    for (let at = 0; at < 8; at++) {
      await refusalOf(guard.verifyToken(tokenBy(old, claims)))
      pass(30)
    }
    world.answer = () => set(old)
    await expectAdmitted(guard, tokenBy(old, claims))
  })

  it('G19: a request after the time in Retry-After is served once the outage is over', async () => {
    const { world, guard, pass } = timeline(down)
    const error = await refusalOf(guard.verifyToken(tokenBy(old, claims)))
    world.answer = () => set(old)
    pass(Number(error.headers['Retry-After']))
    await expectAdmitted(guard, tokenBy(old, claims))
  })
})

describe('a set that changes', () => {
  it('G20: tokens of a removed key are refused from the refresh on, cached or not', async () => {
    const { world, guard, pass, settle } = timeline(() => set(old, next))
    const token = tokenBy(old, claims)
    for (let at = 0; at < 3; at++) await expectAdmitted(guard, token)
    world.answer = () => set(next)
    pass(590)
    await guard.verifyToken(token).catch(() => {})
    await settle()
    await expect401(guard, token, 'unknown_key')
    await expect401(guard, tokenBy(old, { ...claims, jti: '2' }), 'unknown_key')
    await expectAdmitted(guard, tokenBy(next, claims))
  })

  it('G21: a new key under a known kid replaces the old key', async () => {
    const renewed = keyPair('RS256', old.kid)
    const { world, guard, pass, settle } = timeline(() => set(old))
    const token = tokenBy(old, claims)
    for (let at = 0; at < 3; at++) await expectAdmitted(guard, token)
    await expect401(guard, tokenBy(renewed, claims), 'bad_signature')
    world.answer = () => set(renewed)
    pass(601)
    await guard.verifyToken(token).catch(() => {})
    await settle()
    await expect401(guard, token, 'bad_signature')
    await expectAdmitted(guard, tokenBy(renewed, claims))
  })

  it.each<[string, Answer]>([
    ['an empty set', () => set()],
    ['no set', () => Response.json([])],
    ['HTML', () => new Response('<html>')],
    ['a truncated set', () => new Response('{"keys":[')],
    ['a set of bad keys', () => Response.json({ keys: [{ kty: 'oct', k: 'AAAA' }, null, 1] })],
  ])('G8: the last good keys are kept when the issuer sends %s', async (_, answer) => {
    const { world, guard, pass, settle } = timeline(() => set(old))
    await expectAdmitted(guard, tokenBy(old, claims))
    world.answer = answer
    pass(700)
    await expectAdmitted(guard, tokenBy(old, claims))
    await settle()
    await expectAdmitted(guard, tokenBy(old, { ...claims, jti: '2' }))
    const failures = world.events.filter(({ type }) => type === 'keys_failed')
    expect(failures.at(-1)).toMatchObject({ type: 'keys_failed', state: 'stale' })
  })

  it.each(['max-age=0', 'no-store', 'no-cache, must-revalidate', 'max-age=1000000000, immutable', 'max-age=x'])(
    'G22: the key cache ignores Cache-Control: %s',
    async (value) => {
      const cached: Answer = () => Response.json({ keys: [old.jwk] }, { headers: { 'cache-control': value, age: '9' } })
      const { world, guard, pass, settle } = timeline(cached)
      for (let at = 0; at < 47; at++) {
        await expectAdmitted(guard, tokenBy(old, { ...claims, jti: `${at}` }))
        pass(10)
      }
      expect(world.fetches).toBe(1)
      pass(120)
      await expectAdmitted(guard, tokenBy(old, claims))
      await settle()
      expect(world.fetches).toBe(2)
      pass(day)
      await expectAdmitted(guard, tokenBy(old, claims))
      expect(world.fetches).toBe(3)
    },
  )
})
