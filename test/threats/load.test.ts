import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createGuard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { compact, keyPair, signer, tokenBy, withSignature } from '../support/forge.js'
import { quickest } from '../support/quickest.js'
import { appId, expect401, expectAdmitted, home, idClaims, issuer, now, today } from '../support/world.js'

// Threats about cost and about calls that must not happen: sections F, I, K and L.

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Bytes of the heap that are in use. */
function heap(): number {
  collect()
  return process.memoryUsage().heapUsed
}

const { guard, key, token } = home({ tokenCache: { maxEntries: 100 } })
const signature = token().slice(token().lastIndexOf('.') + 1)

/** A forgery unlike any other: of another header, user and id, and by nobody. */
const forgery = (at: number) =>
  withSignature(
    compact(
      { alg: 'RS256', kid: key.kid, typ: 'JWT', n: at },
      { ...idClaims, sub: `user-${at}`, jti: `${at}` },
      () => new Uint8Array(),
    ),
    signature,
  )

async function judge(from: number, to: number): Promise<number> {
  let refused = 0
  for (let at = from; at < to; at++) await guard.verifyToken(forgery(at)).catch(() => refused++)
  return refused
}

describe('many bad tokens', () => {
  it('F9, K1: ten thousand different bad tokens leave nothing in memory', { timeout: 60_000 }, async () => {
    // What has a bound is full by then.
    await judge(0, 6_000)
    const before = heap()
    expect(await judge(6_000, 16_000)).toBe(10_000)
    // A hundred bytes for each would be a megabyte; one of them is over 700.
    expect(heap() - before).toBeLessThan(1_000_000)
  })

  it('K1: bad tokens with other keys, algorithms and times cause no fetch', async () => {
    const world = home()
    for (let at = 0; at < 200; at++) {
      await expect401(world.guard, world.token(idClaims, { kid: `kid-${at}` }), 'unknown_key')
      await expect401(world.guard, world.token({ ...idClaims, exp: today - at - 10 }), 'expired_token')
    }
    expect(world.fetched).toEqual([])
  })
})

describe('good tokens beside bad ones', () => {
  /** Good and bad tokens in turn, each good one for the first and the second time. */
  async function refusedOfGood(world: ReturnType<typeof home>): Promise<number> {
    let refused = 0
    for (let at = 0; at < 200; at++) {
      const good = world.token({ ...idClaims, jti: `good-${at}` })
      const bad = [
        forgery(at),
        world.token({ ...idClaims, jti: `${at}` }, { kid: `made-up-${at}` }),
        world.token({ ...idClaims, jti: `${at}`, exp: today - 10 - at }),
        world.token({ ...idClaims, jti: `${at}`, aud: 'another' }),
        `${good}A`,
        'x'.repeat(20_000),
      ]
      const verdicts = Promise.allSettled([good, ...bad, good].map((text) => world.guard.verifyToken(text)))
      for (const [place, { status }] of (await verdicts).entries()) {
        const isGood = place === 0 || place === bad.length + 1
        if (isGood && status === 'rejected') refused++
        if (!isGood) expect(status).toBe('rejected')
      }
    }
    return refused
  }

  it('K6: every good token is admitted beside a flood of bad ones of every kind', async () => {
    expect(await refusedOfGood(home())).toBe(0)
  })

  it('K6: every good token is admitted while the issuer is down, beside a flood of bad ones', async () => {
    let isDown = false
    let time = now
    const fetch = async () =>
      isDown ? Promise.reject(new TypeError('fetch failed')) : Response.json({ keys: [key.jwk] })
    const world = home({ jwks: undefined, fetch, now: () => time })
    await world.guard.ready()
    isDown = true
    time += 1_000_000
    expect(await refusedOfGood(world)).toBe(0)
  })
})

describe('the largest inputs', () => {
  it('K2: a token of 16 KiB is verified quickly, whatever it contains', async () => {
    const fills = [
      'x'.repeat(11_500),
      '['.repeat(5_000) + ']'.repeat(5_000),
      '{"":'.repeat(2_500),
      '\\u0000'.repeat(1_800),
    ]
    const { guard: forgetful } = home({ tokenCache: false })
    for (const fill of fills) {
      const claims = `${JSON.stringify(idClaims).slice(0, -1)},"fill":${fill.startsWith('[') ? fill : `"${fill}"`}}`
      const worst = compact({ alg: 'RS256', kid: key.kid }, claims, signer('RS256', key.privateKey))
      expect(worst.length).toBeGreaterThan(13_000)
      const took = await quickest(() => forgetful.verifyToken(worst).catch(() => undefined))
      expect(took, fill.slice(0, 8)).toBeLessThan(250)
    }
  })

  it('K2: a JWKS of five thousand keys is an outage and not a long wait', async () => {
    const { jwk } = keyPair('ES256', 'kid')
    const keys = Array.from({ length: 5_001 }, (_, at) => ({ ...jwk, kid: `kid-${at}` }))
    const options = { issuer, appId, now: () => now, jwksCache: { maxBytes: 10_000_000 } }
    const took = await quickest(async () => {
      const many = createGuard({ ...options, fetch: async () => Response.json({ keys }) })
      await expect(many.verifyToken(token())).rejects.toMatchObject({ reason: 'keys_unavailable', status: 503 })
    })
    expect(took).toBeLessThan(500)
  })
})

describe('calls that are not made', () => {
  it.each(['issuer', 'audience', 'appId'])('K3: createGuard throws for a RegExp as %s', (name) => {
    const options = { issuer, appId, [name]: /authing/g }
    expect(() => createGuard(options as never)).toThrow(/^authing-guard: /)
  })

  it('I5: the permission hook is not called for a token that was not verified', async () => {
    const asked: unknown[] = []
    const hook = async (...question: unknown[]) => asked.push(question) > 0
    const { guard: hooked, token: good } = home({ checkPermission: hook })
    const mayDelete = hooked.require({ action: 'book:delete', resource: 'book:1', when: hook })
    for (const bad of [
      withSignature(good(), ''),
      good({ ...idClaims, exp: 1 }),
      good({ ...idClaims, aud: 'another' }),
    ]) {
      await expect401(mayDelete, bad)
    }
    expect(asked).toEqual([])
    await mayDelete.verifyToken(good())
    expect(asked).toHaveLength(2)
  })

  it('L2: a guard with given keys makes no network call, at the start neither', async () => {
    const { guard: given, fetched } = home()
    expect(await given.ready()).toMatchObject({ state: 'fresh' })
    await expectAdmitted(given, tokenBy(key, idClaims))
    expect(fetched).toEqual([])
  })
})
