import { describe, expect, test } from 'vitest'
import type { Found } from '../../src/store/sealed-store.js'
import { refusalOf, today, userId } from '../support/world.js'
import { fetchingFleet, fleet, key, settled, token, until, verdictOf } from './fleet.js'

// Each row of the README's table on what becomes of requests when the store fails.

const faults = ['down', 'paused', 'throwing'] as const
const lasting = (claims: object = {}) => token({ exp: today + 30 * 86_400, ...claims })

describe('the store is down, slow or paused', () => {
  test.each(faults)('%s: keys come from the issuer', async (fault) => {
    const { guards, client, issuer, events } = fetchingFleet(2)
    client.fault = fault
    for (const guard of guards) expect(await guard.ready()).toMatchObject({ state: 'fresh' })
    expect(issuer.asked).toBe(2)
    for (const heard of events) {
      const told = heard.filter((event) => event.type === 'store_failed' && event.operation === 'read')
      expect(told).toHaveLength(1)
    }
  })

  test.each(faults)('%s: revocations rest on the last known answer for 60 s, and then are 503', async (fault) => {
    const { first: guard, client, world } = fleet(1)
    const [good, bad] = [token({ jti: 'good' }), token({ jti: 'bad', sub: 'another' })]
    await guard.revoke({ tokenId: 'bad' })
    await verdictOf(guard, good)
    client.fault = fault
    for (let second = 0; second < 60; second++) {
      expect(await verdictOf(guard, good)).toBe('in')
      expect(await verdictOf(guard, bad)).toBe('revoked_token')
      world.wait(1)
    }
    const error = await refusalOf(guard.verifyToken(good))
    expect(error).toMatchObject({ status: 503, reason: 'store_unavailable', headers: { 'Retry-After': '1' } })
    expect(await verdictOf(guard, bad)).toBe('revoked_token')
    expect(guard.health().store).toEqual({ reads: 'down', writes: 'up' })
  })

  test.each(faults)(
    '%s: a revocation that an instance has not read is missed there for 60 s, and then is a 503',
    async (fault) => {
      const { first, second, client, world } = fleet(2)
      const text = token({ jti: 'bad' })
      expect(await verdictOf(second, text)).toBe('in')
      await first.revoke({ tokenId: 'bad' })
      client.fault = fault
      world.wait(59.999)
      expect(await verdictOf(second, text)).toBe('in')
      expect(await verdictOf(first, text)).toBe('revoked_token')
      world.wait(0.001)
      expect(await verdictOf(second, text)).toBe('store_unavailable')
    },
  )

  test('staleRevocations says for how long; 0 is not at all', async () => {
    for (const [staleRevocations, end] of [
      [0, 1],
      [5, 5],
      [300, 300],
    ] as const) {
      const { first: guard, client, world } = fleet(1, {}, { staleRevocations })
      const text = token()
      await verdictOf(guard, text)
      client.fault = 'down'
      world.wait(end - 0.001)
      expect(await verdictOf(guard, text)).toBe('in')
      world.wait(0.001)
      expect(await verdictOf(guard, text)).toBe('store_unavailable')
    }
  })

  test.each(faults)('%s: an identity without an earlier answer is a 503', async (fault) => {
    const { first: guard, client } = fleet(1)
    await verdictOf(guard, token())
    client.fault = fault
    expect(await verdictOf(guard, token())).toBe('store_unavailable')
    expect(await verdictOf(guard, token({ sub: 'another' }))).toBe('store_unavailable')
  })

  test('a clock that was set back makes the last answer none: nobody knows how old it is', async () => {
    const { first: guard, client, world } = fleet(1)
    const text = token()
    await verdictOf(guard, text)
    client.fault = 'down'
    world.wait(-10)
    expect(await verdictOf(guard, text)).toBe('store_unavailable')
  })

  test('is asked by nobody after three calls in a row but once a second, and costs no time then', async () => {
    const { first: guard, client, world } = fleet(1)
    const texts = Array.from({ length: 50 }, () => token())
    for (const text of texts) await verdictOf(guard, text)
    client.fault = 'paused'
    client.calls.length = 0
    for (let second = 0; second < 10; second++) {
      world.wait(1.25)
      for (const text of texts) expect(await verdictOf(guard, text)).toBe('in')
    }
    // The first second has three and those that were asked at once with them; then it is one each.
    expect(client.calls.length).toBeLessThanOrEqual(4 + 9)
  })
})

describe('the store takes no writes: it is full, read-only or moved', () => {
  test.each([
    ['OOM', "OOM command not allowed when used memory > 'maxmemory'."],
    ['READONLY', "READONLY You can't write against a read only replica."],
    ['NOAUTH', 'NOAUTH Authentication required.'],
    ['MOVED', 'MOVED 3999 10.0.0.7:6381'],
  ])('%s: health tells that writes fail while reads do not, and the event why', async (word, message) => {
    const { first: guard, client, events } = fleet(1)
    const set = client.set.bind(client)
    expect(await verdictOf(guard, token())).toBe('in')
    client.set = () => Promise.reject(new Error(message))
    for (let time = 0; time < 4; time++) {
      await expect(guard.revoke({ userId })).rejects.toMatchObject({ reason: 'store_unavailable' })
      expect(await verdictOf(guard, token({ sub: `another-${time}` }))).toBe('in')
      expect(guard.health().store).toEqual({ reads: 'up', writes: 'down' })
    }
    const told = { type: 'store_failed', operation: 'write', purpose: 'revocation', error: word }
    expect(events[0]?.filter(({ type }) => type === 'store_failed')).toEqual([told])
    client.set = set
    await expect(fleet(1).first.revoke({ userId })).resolves.toBeUndefined()
  })

  test('writes are up again when one succeeds', async () => {
    const { first: guard, client, world } = fleet(1)
    const set = client.set.bind(client)
    client.set = () => Promise.reject(new Error('READONLY'))
    for (let time = 0; time < 4; time++) await guard.revoke({ userId }).catch(() => {})
    client.set = set
    world.wait(2)
    await guard.revoke({ userId })
    expect(guard.health().store).toEqual({ reads: 'up', writes: 'up' })
  })
})

describe('the store is back', () => {
  test.each(faults)('after it was %s: it is used within about a second', async (fault) => {
    const { first: guard, second, client, world } = fleet(2)
    client.fault = fault
    for (let time = 0; time < 4; time++) await verdictOf(guard, token())
    client.fault = 'none'
    await second.revoke({ tokenId: 'bad' })
    world.wait(1.25)
    expect(await verdictOf(guard, token({ jti: 'bad' }))).toBe('revoked_token')
    expect(await verdictOf(guard, token())).toBe('in')
    expect(guard.health().store).toEqual({ reads: 'up', writes: 'up' })
  })
})

describe('the store is back', () => {
  test.each(faults)('after it was %s: keys that another instance fetched spare a fetch again', async (fault) => {
    const { first, make, client, issuer, world } = fetchingFleet(1)
    client.fault = fault
    await first.ready()
    for (let time = 0; time < 2; time++) await verdictOf(make({ jwks: { keys: [key.jwk] } }), token())
    await settled()
    client.fault = 'none'
    world.wait(1.25)
    const second = make()
    await second.ready()
    await until(() => client.count('set', 'jwks') > 0 && client.values.size === 1)
    const third = make()
    await third.ready()
    expect(issuer.asked).toBe(2)
  })
})

describe('somebody is revoked while the store is down', () => {
  test.each(faults)('%s: it holds here, and revoke says that it holds nowhere else', async (fault) => {
    const { first: guard, client } = fleet(1)
    const text = token({ jti: 'bad' })
    await verdictOf(guard, text)
    client.fault = fault
    const error = await refusalOf(guard.revoke({ tokenId: 'bad' }))
    expect(error).toMatchObject({ status: 503, reason: 'store_unavailable' })
    expect(error.detail).toBe('the store did not accept the revocation: it holds in this process alone')
    expect(await verdictOf(guard, text)).toBe('revoked_token')
  })

  test('a store that fails between looking and writing is none that took it', async () => {
    const { first: guard, client } = fleet(1)
    client.set = async () => Promise.reject(new Error('read only'))
    await expect(guard.revoke({ userId })).rejects.toMatchObject({ reason: 'store_unavailable' })
    expect(await verdictOf(guard, token())).toBe('revoked_token')
  })

  test('the others learn of it when the store is back, with the next request of theirs here', async () => {
    const { first: guard, second, client, world } = fleet(2)
    const text = token({ jti: 'bad' })
    client.fault = 'down'
    await refusalOf(guard.revoke({ tokenId: 'bad' }))
    client.fault = 'none'
    expect(await verdictOf(second, text)).toBe('in')
    world.wait(2)
    expect(await verdictOf(guard, text)).toBe('revoked_token')
    await until(() => client.count('set', 'revocation') === 1)
    expect(await verdictOf(second, text)).toBe('revoked_token')
  })

  test('a later time that nobody else knows is not lost by an earlier one', async () => {
    const { first: guard, second, client, world } = fleet(2)
    client.fault = 'down'
    await refusalOf(guard.revoke({ userId, before: today - 10 }))
    client.fault = 'none'
    world.wait(2)
    await guard.revoke({ userId, before: today - 100 })
    expect(await verdictOf(second, token({ iat: today - 11 }))).toBe('revoked_token')
  })
})

describe('two instances write at once', () => {
  test('both revocations are kept', async () => {
    const { first, second, make } = fleet(2)
    await Promise.all([first.revoke({ tokenId: 'a' }), second.revoke({ tokenId: 'b' })])
    for (const jti of ['a', 'b']) expect(await verdictOf(make(), token({ jti }))).toBe('revoked_token')
  })

  test('of one user the later time holds', async () => {
    const { first, second, make } = fleet(2)
    await Promise.all([first.revoke({ userId, before: today - 1 }), second.revoke({ userId, before: today - 100 })])
    expect(await verdictOf(make(), token({ iat: today - 1 }))).toBe('revoked_token')
  })
})

describe('a value was changed, moved, kept past its expiry, or sealed with another secret', () => {
  type Fleet = ReturnType<typeof fetchingFleet>
  const changes: readonly [string, (from: Fleet, purpose: string) => unknown][] = [
    ['changed', ({ client }, purpose) => `${client.values.get(client.nameOf(purpose))} `],
    ['moved', ({ client }, purpose) => client.values.get(client.nameOf(purpose === 'jwks' ? 'revocation' : 'jwks'))],
    ['kept past its end', ({ client }, purpose) => client.values.get(client.nameOf(purpose))],
    ['sealed with another secret', () => undefined],
    ['no text', () => ({ before: 0 })],
  ]

  test.each(changes)('%s keys count as absent: the issuer is asked', async (how, change) => {
    const from = fetchingFleet(1, {}, how.startsWith('sealed') ? { secret: 'another secret, of as many bytes' } : {})
    const { client, make, first, issuer, world, events } = from
    await first.ready()
    await until(() => client.count('set', 'jwks') === 1)
    await first.revoke({ tokenId: 'x' })
    const changed = change(from, 'jwks') ?? client.values.get(client.nameOf('jwks'))
    if (how === 'kept past its end') world.wait(8 * 86_400)
    client.get = async () => changed
    const reader = make({}, { secret: 'a secret that all the instances know' })
    expect(await reader.ready()).toMatchObject({ state: 'fresh' })
    expect(issuer.asked).toBe(2)
    expect(events[1]?.map(({ type }) => type)).toContain('store_rejected')
  })

  test.each(changes)('%s revocations are 503: absence would let the token in', async (how, change) => {
    const from = fetchingFleet(1, {}, how.startsWith('sealed') ? { secret: 'another secret, of as many bytes' } : {})
    const { client, make, first, world, events } = from
    await first.ready()
    await until(() => client.count('set', 'jwks') === 1)
    await first.revoke({ tokenId: 'x' })
    const changed = change(from, 'revocation') ?? client.values.get(client.nameOf('revocation'))
    if (how === 'kept past its end') world.wait(400 * 86_400)
    client.get = async () => changed
    const reader = make({ jwks: { keys: [key.jwk] } }, { secret: 'a secret that all the instances know' })
    const iat = world.now / 1000
    const text = token({ jti: 'x', iat, exp: iat + 3600 })
    for (let time = 0; time < 3; time++) expect(await verdictOf(reader, text)).toBe('store_unavailable')
    expect(events[1]?.filter(({ type }) => type === 'store_rejected')).toHaveLength(2)
  })

  test('a sealed revocation whose value is not a time is a 503', async () => {
    const { client, first: guard } = fleet(1)
    const { sealedStore } = await import('../../src/store/sealed-store.js')
    const secret = [new TextEncoder().encode('a secret that all the instances know')]
    const now = () => today * 1000
    const settings = { client, secret, prefix: 'authing-guard', timeout: 1 }
    const store = sealedStore(settings, { now, random: now, emit: () => {} })
    await store.write('revocation', 'token:x', 'yes', 100)
    expect(((await store.read('revocation', 'token:x')) satisfies Found).state).toBe('found')
    expect(await verdictOf(guard, token({ jti: 'x' }))).toBe('store_unavailable')
  })

  test('what was known to be revoked stays so, and revoking again makes the value good', async () => {
    const { client, first: guard, second, world } = fleet(2)
    await guard.revoke({ tokenId: 'x' })
    expect(await verdictOf(second, token({ jti: 'x' }))).toBe('revoked_token')
    client.values.set(client.nameOf('revocation'), 'garbage')
    world.wait(1)
    expect(await verdictOf(second, token({ jti: 'x' }))).toBe('revoked_token')
    await guard.revoke({ tokenId: 'x' })
    world.wait(1)
    expect(await verdictOf(fleet(1).first, token())).toBe('in')
    expect(await verdictOf(second, token({ jti: 'x' }))).toBe('revoked_token')
  })
})

describe('a value was deleted, or the store lost its data', () => {
  test('keys are fetched anew', async () => {
    const { client, first, make, issuer } = fetchingFleet(1)
    await first.ready()
    await until(() => client.count('set', 'jwks') === 1)
    client.values.clear()
    expect(await verdictOf(make(), token())).toBe('in')
    expect(issuer.asked).toBe(2)
  })

  test('an instance that knows of a revocation writes it back after the store has lost it', async () => {
    const { client, first, second, make, world } = fleet(2)
    const text = token({ jti: 'x' })
    await first.revoke({ tokenId: 'x' })
    expect(await verdictOf(second, text)).toBe('revoked_token')
    client.values.clear()
    world.wait(1)
    const writes = client.count('set')
    expect(await verdictOf(second, text)).toBe('revoked_token')
    await until(() => client.count('set') > writes)
    await settled()
    expect(await verdictOf(make(), text)).toBe('revoked_token')
  })

  test('what no token can be alive for is not given back', async () => {
    const { client, first: guard, world } = fleet(1, { maxTokenAge: 100 }, { maxTokenAge: 100 })
    await guard.revoke({ userId })
    await verdictOf(guard, token())
    client.values.clear()
    world.wait(800)
    const writes = client.count('set')
    expect(await verdictOf(guard, token({ iat: today + 800 }))).toBe('in')
    await settled()
    expect(client.count('set')).toBe(writes)
  })
})

describe('an instance starts while Authing is down', () => {
  test('it serves with the keys that another one has fetched', async () => {
    const { client, first, make, issuer } = fetchingFleet(1)
    await first.ready()
    await until(() => client.count('set', 'jwks') === 1)
    issuer.jwks = undefined
    expect(await verdictOf(make(), lasting())).toBe('in')
  })
})

describe('the secret is being replaced', () => {
  const [old, next] = ['a secret that all the instances know', 'the secret that replaces the old one']

  test('in the order [old, next], [next, old], [next] each instance reads what the others write', async () => {
    const { make } = fleet(1)
    const steps = [[old], [old, next], [next, old], [next]].map((secret) => make({}, { secret }))
    for (const [at, guard] of steps.entries()) {
      // As in a rolling deploy: some instances are a step ahead.
      const running = [guard, steps[at + 1] ?? guard]
      for (const author of running) {
        const who = `revoked-by-${steps.indexOf(author)}-in-step-${at}`
        await author.revoke({ userId: who })
        for (const reader of running) {
          expect(await verdictOf(reader, token({ sub: who }))).toBe('revoked_token')
          expect(await verdictOf(reader, token({ sub: who, iat: today + 1 }))).toBe('in')
        }
      }
    }
  })

  test('with [next, old] first, an instance that has the old one alone answers 503 and admits nobody', async () => {
    const { first: before, make } = fleet(1)
    await make({}, { secret: [next, old] }).revoke({ userId })
    expect(await verdictOf(before, token())).toBe('store_unavailable')
    expect(await verdictOf(before, token({ iat: today + 1 }))).toBe('store_unavailable')
  })

  test('what the old one sealed is read until it is removed', async () => {
    const { first: before, make } = fleet(1)
    await before.revoke({ tokenId: 'old' })
    expect(await verdictOf(make({}, { secret: [next, old] }), token({ jti: 'old' }))).toBe('revoked_token')
    expect(await verdictOf(make({}, { secret: next }), token({ jti: 'old' }))).toBe('store_unavailable')
  })
})
