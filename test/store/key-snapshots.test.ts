import type { Guard } from 'authing-guard'
import { describe, expect, test, vi } from 'vitest'
import type { Json } from '../../src/common/claims.js'
import { publicKeyAlgorithms } from '../../src/crypto/algorithm.js'
import { sealedStore } from '../../src/store/sealed-store.js'
import { keyPair, tokenBy } from '../support/forge.js'
import { accessClaims, appId, issuer as issuerName, now, today } from '../support/world.js'
import { fetchingFleet, key, secret, settled, token, until, verdictOf } from './fleet.js'

// Keys that one instance fetches, and the others have through the store.

const second = keyPair('ES256', 'kid-2')
const secondToken = () => tokenBy(second, { ...accessClaims, jti: 'by the second key' })
const lasting = () => token({ exp: today + 30 * 86_400 })
const day = 86_400

describe('instances that share keys', () => {
  test('ask the issuer once for all, when they start in turn', async () => {
    const { guards, issuer, events } = fetchingFleet(3)
    for (const guard of guards) {
      await Promise.all(Array.from({ length: 100 }, () => guard.verifyToken(token())))
      await settled()
    }
    expect(issuer.asked).toBe(1)
    expect(events.map((heard) => heard.filter(({ type }) => type === 'keys_refreshed'))).toEqual([
      [expect.not.objectContaining({ shared: true })],
      [expect.objectContaining({ shared: true, keyIds: ['kid-1'], added: ['kid-1'], removed: [] })],
      [expect.objectContaining({ shared: true })],
    ])
  })

  test('ask at most once each, when they start at once', async () => {
    const { guards, issuer } = fetchingFleet(3)
    await Promise.all(guards.flatMap((guard) => Array.from({ length: 100 }, () => guard.verifyToken(token()))))
    expect(issuer.asked).toBeLessThanOrEqual(3)
  })

  test('refresh them once for all', async () => {
    const { guards, issuer, world, client } = fetchingFleet(3)
    const ageOf = (guard: Guard) => guard.health().applications[0]?.age
    for (let round = 1; round < 5; round++) {
      for (const guard of guards) {
        await guard.verifyToken(lasting())
        await until(() => ageOf(guard) === 0 && client.count('set', 'jwks') === round)
      }
      expect(issuer.asked).toBe(round)
      for (const guard of guards) expect(guard.health()).toMatchObject({ state: 'fresh', applications: [{ age: 0 }] })
      world.wait(570)
    }
  })

  test('have the same state and age, by when the keys were fetched', async () => {
    const { first, second: later, world } = fetchingFleet(2)
    await first.verifyToken(token())
    await settled()
    world.wait(200)
    await later.verifyToken(token())
    for (const guard of [first, later])
      expect(guard.health().applications).toMatchObject([{ age: 200, state: 'fresh' }])
  })

  test('fetch anew where what another one fetched is over half of its time old', async () => {
    const { first, second: later, world, issuer } = fetchingFleet(2)
    await first.verifyToken(lasting())
    await settled()
    world.wait(300)
    await later.verifyToken(lasting())
    expect(issuer.asked).toBe(2)
  })

  test.each([
    ['another issuer', { issuer: 'https://other.authing.cn/oidc' }, {}],
    ['another application', { appId: 'another' }, {}],
    ['another jwksUri', { jwksUri: 'https://my-app.authing.cn/keys' }, {}],
    ['other algorithms', { algorithms: ['RS256', 'ES256'] }, {}],
    ['another prefix', {}, { prefix: 'other' }],
  ])('do not share them with those of %s', async (_, options, store) => {
    const { first, make, issuer } = fetchingFleet(1)
    await first.ready()
    await settled()
    await make(options, store).ready()
    expect(issuer.asked).toBe(2)
  })

  test('do not share keys that were given', async () => {
    const { first, client } = fetchingFleet(1, { jwks: { keys: [key.jwk] } })
    await first.ready()
    await settled()
    // To see whether the store is there.
    expect([client.count('get'), client.count('set')]).toEqual([1, 0])
  })

  test('put public keys there and nothing else that a JWKS may hold', async () => {
    const { first, client, issuer } = fetchingFleet(1)
    const d = String(second.privateKey.export({ format: 'jwk' }).d)
    issuer.jwks = [key.jwk, { ...second.jwk, d }, { kty: 'oct', k: 'c2VjcmV0' }, { ...second.jwk, note: 'hunter2' }]
    await first.ready()
    await settled()
    const stored = String(client.values.get(client.nameOf('jwks')))
    expect(stored).toContain('kid-1')
    for (const text of [d, 'c2VjcmV0', 'hunter2']) expect(stored).not.toContain(text)
  })

  test('share a key without kid too', async () => {
    const { kid: _, ...bare } = key.jwk
    const { first, second: later, issuer } = fetchingFleet(2)
    issuer.jwks = [bare]
    const header = { kid: undefined }
    for (const guard of [first, later]) {
      expect(await verdictOf(guard, tokenBy(key, accessClaims, header))).toBe('in')
      await settled()
    }
    expect(issuer.asked).toBe(1)
  })
})

describe('a kid that is unknown', () => {
  test('is asked about at the issuer, whatever another instance has fetched', async () => {
    const { first, second: later, issuer } = fetchingFleet(2)
    await first.verifyToken(token())
    await settled()
    issuer.jwks = [key.jwk, second.jwk]
    // The first token that the later one sees: it takes the snapshot, and that lacks the key.
    expect(await verdictOf(later, secondToken())).toBe('in')
    expect(issuer.asked).toBe(2)
  })

  test('is asked about once for all that come at once', async () => {
    const { first, second: later, issuer } = fetchingFleet(2)
    await first.verifyToken(token())
    await settled()
    issuer.jwks = [key.jwk, second.jwk]
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => verdictOf(later, secondToken())))
    expect(new Set(verdicts)).toEqual(new Set(['in']))
    expect(issuer.asked).toBe(2)
  })

  test('is answered by what another instance has fetched since, where the issuer is down', async () => {
    const { first, second: later, issuer, world } = fetchingFleet(2)
    for (const guard of [first, later]) await guard.verifyToken(lasting())
    await settled()
    world.wait(100)
    issuer.jwks = [key.jwk, second.jwk]
    expect(await verdictOf(first, secondToken())).toBe('in')
    await settled()
    issuer.jwks = undefined
    expect(await verdictOf(later, secondToken())).toBe('in')
    expect(later.health().applications).toMatchObject([{ keyIds: ['kid-1', 'kid-2'], lastError: expect.any(String) }])
  })

  test('is an outage where the issuer is down and nobody has fetched since', async () => {
    const { first, second: later, issuer } = fetchingFleet(2)
    for (const guard of [first, later]) await guard.verifyToken(token())
    await settled()
    issuer.jwks = undefined
    expect(await verdictOf(later, secondToken())).toBe('keys_unavailable')
  })
})

describe('a key that the issuer took away', () => {
  test('dies on the others with the refresh of one, and what it signed', async () => {
    const { first, second: later, issuer, world, client } = fetchingFleet(2)
    const text = lasting()
    for (const guard of [first, later]) {
      for (let time = 0; time < 3; time++) expect(await verdictOf(guard, text)).toBe('in')
      await until(() => client.count('set', 'jwks') === 1)
    }
    issuer.jwks = [second.jwk]
    world.wait(571)
    await verdictOf(first, text)
    await until(() => client.count('set', 'jwks') === 2)
    await verdictOf(later, text)
    await until(() => later.health().applications[0]?.keyIds[0] === 'kid-2')
    expect(issuer.asked).toBe(2)
    for (const guard of [first, later]) expect(await verdictOf(guard, text)).toBe('unknown_key')
  })

  test('is not brought back by what another one fetched before', async () => {
    const { first, second: later, issuer, world, client } = fetchingFleet(2)
    await first.verifyToken(lasting())
    await settled()
    const old = client.values.get(client.nameOf('jwks'))
    world.wait(100)
    issuer.jwks = [second.jwk]
    expect(await verdictOf(later, secondToken())).toBe('in')
    await settled()
    expect(client.values.get(client.nameOf('jwks'))).not.toBe(old)
    client.values.set(client.nameOf('jwks'), old)
    issuer.jwks = undefined
    world.wait(580)
    for (let time = 0; time < 5; time++) {
      expect(await verdictOf(later, lasting())).toBe('keys_unavailable')
      await settled()
      world.wait(60)
    }
    expect(later.health().applications).toMatchObject([{ keyIds: ['kid-2'] }])
  })

  test('is not brought back by a clock that is a little ahead', async () => {
    const { first: ahead, make, issuer, world, client } = fetchingFleet(1, { now: () => world.now + 59_000 })
    const here = make({ now: () => world.now })
    await ahead.verifyToken(lasting())
    await settled()
    issuer.jwks = [second.jwk]
    client.fault = 'down'
    await here.ready()
    client.fault = 'none'
    issuer.jwks = undefined
    world.wait(600)
    await verdictOf(here, lasting())
    await settled()
    expect(here.health().applications).toMatchObject([{ keyIds: ['kid-2'], state: 'stale' }])
  })

  test('is not there by a clock that is far ahead: what it says counts for nothing', async () => {
    const { first: ahead, make, issuer, world } = fetchingFleet(1, { now: () => world.now + 61_000 })
    await ahead.verifyToken(lasting())
    await settled()
    issuer.jwks = [second.jwk]
    expect(await verdictOf(make({ now: () => world.now }), lasting())).toBe('unknown_key')
    expect(issuer.asked).toBe(2)
  })

  test('is not brought back by a later snapshot: only the issuer may do that', async () => {
    const { first, second: later, issuer, world } = fetchingFleet(2)
    await later.verifyToken(lasting())
    issuer.jwks = [second.jwk]
    await verdictOf(later, secondToken())
    await settled()
    // A cache in front of the issuer answers the first one with what was there before.
    world.wait(400)
    issuer.jwks = [key.jwk, second.jwk]
    await verdictOf(first, lasting())
    await settled()
    expect(first.health().applications).toMatchObject([{ keyIds: ['kid-1', 'kid-2'] }])
    issuer.jwks = undefined
    world.wait(180)
    await verdictOf(later, secondToken())
    await settled()
    expect(later.health().applications).toMatchObject([{ keyIds: ['kid-2'] }])
  })

  test('by distrustKey is distrusted in what another one fetched', async () => {
    const { first, second: later } = fetchingFleet(2)
    await first.verifyToken(token())
    await settled()
    later.distrustKey('kid-1')
    expect(await verdictOf(later, token())).not.toBe('in')
    expect(later.health().applications).toMatchObject([{ keyIds: [] }])
  })

  test('does not come back by an answer that was slow: what was fetched later stays', async () => {
    const { client, make, issuer, world } = fetchingFleet(0)
    let answer = (_: Response) => {}
    const slow = make({ fetch: () => new Promise((resolve) => (answer = resolve)) })
    const waiting = slow.ready()
    await settled()
    world.wait(1)
    issuer.jwks = [second.jwk]
    await make().ready()
    await settled()
    const newer = client.values.get(client.nameOf('jwks'))
    answer(Response.json({ keys: [key.jwk] }))
    await waiting
    await settled()
    expect(slow.health().applications).toMatchObject([{ keyIds: ['kid-1'] }])
    expect(client.values.get(client.nameOf('jwks'))).toBe(newer)
  })
})

describe('an instance that starts while the issuer is down', () => {
  test('serves with what another one fetched, for as long as that one could', async () => {
    const { first, make, issuer, world } = fetchingFleet(1)
    await first.verifyToken(token())
    await settled()
    issuer.jwks = undefined
    world.wait(600 + day - 1)
    const started = make()
    expect(await verdictOf(started, lasting())).toBe('in')
    expect(started.health()).toMatchObject({ state: 'stale', applications: [{ age: 600 + day - 1 }] })
    world.wait(1)
    expect(await verdictOf(started, lasting())).toBe('keys_unavailable')
    expect(await verdictOf(make(), lasting())).toBe('keys_unavailable')
  })

  test('pauses between its fetches like any other', async () => {
    const { first, make, issuer, world, events } = fetchingFleet(1)
    await first.verifyToken(token())
    await settled()
    issuer.jwks = undefined
    world.wait(3600)
    const started = make()
    for (let time = 0; time < 10; time++) await verdictOf(started, lasting())
    expect(issuer.asked).toBe(2)
    const ofKeys = events[1]?.map(({ type }) => type).filter((type) => type.startsWith('keys_'))
    expect(ofKeys).toEqual(['keys_refreshed', 'keys_failed'])
  })

  test.each([
    ['no list of keys', { at: now }],
    ['no time', { keys: [key.jwk] }],
    ['no keys that are any good', { at: now, keys: [{ kty: 'oct', k: 'AAAA' }] }],
    ['no object', [now, [key.jwk]]],
  ])('takes nothing for keys that holds %s', async (_, value) => {
    const { client, make, issuer } = fetchingFleet(0)
    const settings = { client, secret: [new TextEncoder().encode(secret)], prefix: 'authing-guard', timeout: 1 }
    const place = JSON.stringify([issuerName, appId, null, [...publicKeyAlgorithms, 'HS256'].sort()])
    const store = sealedStore(settings, { now: () => now, random: () => 0.5, emit: () => {} })
    issuer.jwks = undefined
    await store.write('jwks', place, { at: now, keys: [key.jwk] } as Json, 10)
    expect(await verdictOf(make(), token())).toBe('in')
    await store.write('jwks', place, value as Json, 10)
    expect(await verdictOf(make(), token())).toBe('keys_unavailable')
  })
})

describe('where nothing outlives its request', () => {
  test('whoever fetched the keys waits until the others have them', async () => {
    vi.stubGlobal('EdgeRuntime', 'edge-runtime')
    const { first, client } = fetchingFleet(1)
    vi.unstubAllGlobals()
    await first.ready()
    expect(client.values.size).toBe(1)
  })
})
