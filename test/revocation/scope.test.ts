import { describe, expect, test } from 'vitest'
import { covers, merge, poolName, readRecord, recordOf } from '../../src/revocation/record.js'
import { sealedStore } from '../../src/store/sealed-store.js'
import { user } from '../authorization/callers.js'
import { type FakeClient, fleet, key, secret, settled, token, verdictOf } from '../store/fleet.js'
import { compact, signer } from '../support/forge.js'
import { appId, issuer, refusalOf, today, userId } from '../support/world.js'

// Where a revocation holds, for how long, and what instances of two versions make of each other's records.

const otherIssuer = 'https://other.authing.cn/oidc'
const otherApp = '600a8f4e37708b363024a3ca'
const day = 86_400
/** A token that lives for years. */
const lasting = (claims: object = {}) => token({ iat: today, exp: today + 1000 * day, ...claims })
const all = { issuer: null, appId: null, before: today, maxTokenAge: 100 }

describe.each([
  ['in one process', { store: undefined }],
  ['with a store', {}],
])('%s a revocation for one application', (_, options) => {
  const apps = [
    { issuer, appId, jwks: { keys: [key.jwk] } },
    { issuer, appId: otherApp, jwks: { keys: [key.jwk] } },
  ]
  const make = () => fleet(1, { issuer: undefined, appId: undefined, jwks: undefined, apps, ...options }).first

  test('refuses the tokens of that application alone', async () => {
    const guard = make()
    await guard.revoke({ userId, appId })
    expect(await verdictOf(guard, token())).toBe('revoked_token')
    expect(await verdictOf(guard, token({ aud: otherApp }))).toBe('in')
    expect(await verdictOf(guard, token({ sub: 'another' }))).toBe('in')
  })

  test('and one for all of them add up: nothing is un-revoked', async () => {
    const guard = make()
    await guard.revoke({ userId, before: today - 100 })
    await guard.revoke({ userId, appId, before: today - 50 })
    expect(await verdictOf(guard, token({ iat: today - 50 }))).toBe('revoked_token')
    expect(await verdictOf(guard, token({ iat: today - 50, aud: otherApp }))).toBe('in')
    expect(await verdictOf(guard, token({ iat: today - 100, aud: otherApp }))).toBe('revoked_token')
  })

  test.each([
    [
      'an application that is not the guard’s',
      { userId, appId: 'typo' },
      `appId is not an application of this guard: ${appId}`,
    ],
    ['a token', { tokenId: 'x', appId }, 'appId goes with userId'],
    ['an access key', { clientId: 'x', appId }, 'appId goes with userId'],
    ['an undefined application', { userId, appId: undefined }, 'appId is missing'],
  ])('throws for %s', async (_, whose, message) => {
    await expect(make().revoke(whose as never)).rejects.toThrow(`authing-guard: revoke.${message}`)
  })
})

describe('a token without iss', () => {
  const jwtSecret = 'the jwtSecret of the user pool, of 32 bytes and more'
  const legacy = (pool: string, app: string | null) => {
    const data = { type: 'user', userPoolId: pool, clientId: pool, id: userId, appId: app }
    return compact({ alg: 'HS256' }, { data, iat: today, exp: today + 3600 }, signer('HS256', jwtSecret))
  }
  const pools = () => {
    const userPool = { id: 'pool-1', jwtSecret }
    const { first, make } = fleet(1, { issuer: undefined, appId: undefined, jwks: undefined, userPool })
    return { one: first, other: make({ userPool: { id: 'pool-2', jwtSecret } }) }
  }

  test('is revoked in its pool, and in no other that shares the store', async () => {
    const { one, other } = pools()
    await one.revoke({ userId })
    expect(await verdictOf(one, legacy('pool-1', null))).toBe('revoked_token')
    expect(await verdictOf(other, legacy('pool-2', null))).toBe('in')
  })

  test('is revoked for the application that it names, or where it names none', async () => {
    const { one } = pools()
    await one.revoke({ userId, appId })
    expect(await verdictOf(one, legacy('pool-1', appId))).toBe('revoked_token')
    expect(await verdictOf(one, legacy('pool-1', null))).toBe('revoked_token')
    expect(await verdictOf(one, legacy('pool-1', otherApp))).toBe('in')
  })
})

describe('two issuers on one prefix', () => {
  const two = () => {
    const shared = fleet(1)
    return { ...shared, other: shared.make({ issuer: otherIssuer }) }
  }
  const elsewhere = (claims: object = {}) => token({ iss: otherIssuer, ...claims })

  test.each([
    ['a user', { userId: 'y' }, { sub: 'y' }],
    ['a token', { tokenId: 'y' }, { jti: 'y' }],
  ])('do not share the revocation of %s', async (_, whose, claims) => {
    const { first, other } = two()
    await first.revoke(whose as never)
    expect(await verdictOf(first, token(claims))).toBe('revoked_token')
    expect(await verdictOf(other, elsewhere(claims))).toBe('in')
    await other.revoke(whose as never)
    expect(await verdictOf(other, elsewhere(claims))).toBe('revoked_token')
  })

  test('that revoke one ID at the same time are both kept', async () => {
    const { first, other, make } = two()
    await Promise.all([first.revoke({ userId: 'y' }), other.revoke({ userId: 'y' })])
    expect(await verdictOf(make(), token({ sub: 'y' }))).toBe('revoked_token')
    expect(await verdictOf(make({ issuer: otherIssuer }), elsewhere({ sub: 'y' }))).toBe('revoked_token')
  })

  test('of one application share its revocations, while its domain moves and only some instances know', async () => {
    const { first, make } = two()
    const moved = make({ issuer: [issuer, otherIssuer] })
    await first.revoke({ userId: 'y' })
    expect(await verdictOf(moved, elsewhere({ sub: 'y' }))).toBe('revoked_token')
    await moved.revoke({ userId: 'z' })
    expect(await verdictOf(first, token({ sub: 'z' }))).toBe('revoked_token')
  })

  test('of two applications of one guard are told apart where another guard has one of them alone', async () => {
    const { first, make } = two()
    const apps = [
      { issuer, appId, jwks: { keys: [key.jwk] } },
      { issuer: otherIssuer, appId: otherApp, jwks: { keys: [key.jwk] } },
    ]
    const both = make({ issuer: undefined, appId: undefined, jwks: undefined, apps })
    await first.revoke({ userId: 'y' })
    expect(await verdictOf(both, token({ sub: 'y' }))).toBe('revoked_token')
    expect(await verdictOf(both, elsewhere({ sub: 'y', aud: otherApp }))).toBe('in')
    await both.revoke({ userId: 'y' })
    expect(await verdictOf(both, elsewhere({ sub: 'y', aud: otherApp }))).toBe('revoked_token')
  })

  test('of one guard share all revocations', async () => {
    const { first } = fleet(1, { issuer: [issuer, otherIssuer] })
    await first.revoke({ userId: 'y' })
    expect(await verdictOf(first, elsewhere({ sub: 'y' }))).toBe('revoked_token')
  })
})

describe('the bound that guards of a store share', () => {
  test('keeps a revocation for guards that admit a token for longer than the guard that revoked it', async () => {
    const { first, make, world } = fleet(1, { maxTokenAge: 7200 })
    await first.revoke({ userId })
    world.wait(3 * 3600)
    expect(await verdictOf(make({ maxTokenAge: undefined }), lasting())).toBe('revoked_token')
    world.wait(365 * day)
    expect(await verdictOf(make({ maxTokenAge: undefined }), lasting())).toBe('revoked_token')
  })

  test.each([{ maxTokenAge: 7201 }, { maxTokenAge: undefined }])(
    'is not exceeded: a guard with %j throws when it is made',
    (options) => {
      const message = 'authing-guard: maxTokenAge must be given, and at most 7200, which is store.maxTokenAge'
      expect(() => fleet(1, options, { maxTokenAge: 7200 })).toThrow(message)
      expect(() => fleet(1, options, { maxTokenAge: 7200 })).toThrow(TypeError)
    },
  )

  test.each([7200, 60])('admits a guard that admits tokens for as long, or shorter: %d', (maxTokenAge) => {
    expect(() => fleet(1, { maxTokenAge }, { maxTokenAge: 7200 })).not.toThrow()
  })

  test.each([0, 366 * day + 1, Number.NaN])('is from 1 second to 366 days: not %d', (maxTokenAge) => {
    expect(() => fleet(1, {}, { maxTokenAge })).toThrow(/store\.maxTokenAge must be a number of seconds/)
  })

  test('says for how long the store keeps a revocation, with 300 seconds for the clock of each side', async () => {
    const { first, client, world } = fleet(1, { maxTokenAge: 60 }, { maxTokenAge: 7200 })
    await first.revoke({ userId })
    const name = client.nameOf('revocation')
    world.wait(7200 + 599)
    expect(await client.get(name)).toBeDefined()
    world.wait(1)
    expect(await client.get(name)).toBeUndefined()
  })

  test('extends what an instance with a shorter one has revoked, as soon as it is read', async () => {
    const { first, make, world, client } = fleet(1, { maxTokenAge: 7200 }, { maxTokenAge: 7200 })
    const longer = () => make({ maxTokenAge: undefined }, { maxTokenAge: undefined })
    await first.revoke({ userId })
    expect(await verdictOf(longer(), lasting())).toBe('revoked_token')
    await settled()
    expect(client.count('set', 'revocation')).toBe(2)
    world.wait(3 * 3600)
    expect(await verdictOf(longer(), lasting())).toBe('revoked_token')
  })

  test('of a later record is kept by an instance with a shorter one', async () => {
    const { first, make, world } = fleet(1)
    await first.revoke({ userId, appId })
    await make({ maxTokenAge: 60 }, { maxTokenAge: 60 }).revoke({ userId })
    world.wait(30 * day)
    expect(await verdictOf(make(), lasting())).toBe('revoked_token')
  })
})

describe('instances of two versions', () => {
  // Written by version 1 of the record: guard.revoke({ userId }) and guard.revoke({ tokenId: 'bad' }) at `today`.
  const version1 = [
    [
      'authing-guard:revocation:5e79b9f17be72a3df357bec3a16bc62130be075173bdf3d04d419d0b295fbcdd',
      '1.1731622520000.00d7620fe5492e434f5443e69176835eebd0b5dad9fc33ad89136f997941f805.1700000000',
    ],
    [
      'authing-guard:revocation:44525f8ef2e8604b5b25ba2baa87cb79248b4772bb599d572eba1e32293fa009',
      '1.1731622520000.11e797b53806fdcebc7d55467df2806ad4c99831668a0508bff225fc34aaca88.1700000000',
    ],
  ] as const
  const rolling = () => {
    const shared = fleet(2)
    for (const [name, value] of version1) shared.client.set(name, value, 366 * day * 1000)
    return shared
  }
  const rawStore = (client: FakeClient) =>
    sealedStore(
      { client, prefix: 'authing-guard', secret: [new TextEncoder().encode(secret)], timeout: 1 },
      { now: () => today * 1000, random: () => 0, emit: () => {} },
    )

  test('refuse what version 1 revoked, at every issuer and in every application', async () => {
    const { first, make } = rolling()
    for (const guard of [first, make({ issuer: otherIssuer, appId: otherApp })]) {
      const own = guard === first ? {} : { iss: otherIssuer, aud: otherApp }
      expect(await verdictOf(guard, token(own))).toBe('revoked_token')
      expect(await verdictOf(guard, token({ sub: 'another', jti: 'bad', ...own }))).toBe('revoked_token')
      expect(await verdictOf(guard, token({ sub: 'another', ...own }))).toBe('in')
      expect(await verdictOf(guard, token({ iat: today + 1, ...own }))).toBe('in')
    }
  })

  test('do not rewrite what version 1 wrote by reading it: it stays readable for both', async () => {
    const { first, client } = rolling()
    await verdictOf(first, token())
    await settled()
    expect(client.values.get(version1[0][0])).toBe(version1[0][1])
  })

  test('keep what version 1 revoked when they revoke more', async () => {
    const { first, make } = rolling()
    await first.revoke({ userId, appId, before: today + 100 })
    const other = make({ issuer: otherIssuer, appId: otherApp })
    const elsewhere = { iss: otherIssuer, aud: otherApp }
    expect(await verdictOf(other, token({ iat: today, ...elsewhere }))).toBe('revoked_token')
    expect(await verdictOf(other, token({ iat: today + 1, ...elsewhere }))).toBe('in')
  })

  test('are refused by version 1: it takes nothing but a number, under the names that it knows', async () => {
    const { first, client } = fleet(1)
    await first.revoke({ userId })
    await first.revoke({ tokenId: 'bad' })
    expect([...client.values.keys()]).toEqual(version1.map(([name]) => name))
    const found = await rawStore(client).read('revocation', `user:${userId}`)
    expect(found).toEqual({
      state: 'found',
      value: { version: 2, revoked: [{ issuer, appId: null, before: today, maxTokenAge: 366 * day }] },
    })
  })

  test('do not understand a record of a later version: 503, and they do not replace it', async () => {
    const { first, client } = fleet(1)
    await rawStore(client).write('revocation', `user:${userId}`, { version: 3, revoked: [] }, 1000)
    expect(await verdictOf(first, token())).toBe('store_unavailable')
    const error = await refusalOf(first.revoke({ userId }))
    expect(error).toMatchObject({ status: 503, reason: 'store_unavailable' })
    expect(await rawStore(client).read('revocation', `user:${userId}`)).toMatchObject({ value: { version: 3 } })
    expect(await verdictOf(first, token())).toBe('revoked_token')
  })
})

describe('a record', () => {
  test.each([
    ['text', 'yes'],
    ['null', null],
    ['a list', [today]],
    ['a later version', { version: 3, revoked: [all] }],
    ['no version', { revoked: [all] }],
    ['no list', { version: 2, revoked: all }],
    ['an entry that is none', { version: 2, revoked: [all, 7] }],
    ['an entry without a time', { version: 2, revoked: [{ ...all, before: null }] }],
    ['an entry without a bound', { version: 2, revoked: [{ issuer: null, appId: null, before: 1 }] }],
    ['an entry with another issuer type', { version: 2, revoked: [{ ...all, issuer: 7 }] }],
    ['an entry without an application', { version: 2, revoked: [{ issuer: null, before: 1, maxTokenAge: 1 }] }],
  ])('is not read from %s', (_, value) => {
    expect(readRecord(value as never, 1)).toBeUndefined()
  })

  test('is read as it was written, and version 1 as a revocation everywhere', () => {
    expect(readRecord(JSON.parse(JSON.stringify(recordOf([all]))), 1)).toEqual([all])
    expect(readRecord(today, 100)).toEqual([all])
  })

  test('is merged by the later time and the longer bound, and is the same object where nothing is added', () => {
    const known = [all]
    expect(merge(known, [])).toBe(known)
    expect(merge(known, [{ ...all, before: 1, maxTokenAge: 1 }])).toBe(known)
    expect(merge(known, [{ ...all, before: 1, maxTokenAge: 200 }])).toEqual([{ ...all, maxTokenAge: 200 }])
    expect(merge(known, [{ ...all, before: today + 1, maxTokenAge: 1 }])).toEqual([{ ...all, before: today + 1 }])
    expect(merge(known, [{ ...all, appId }])).toEqual([all, { ...all, appId }])
    expect(merge(known, [{ ...all, issuer }])).toEqual([all, { ...all, issuer }])
  })

  test('does not take a pool for an issuer', () => {
    const entries = [{ ...all, issuer }]
    const identity = user({ issuedAt: today })
    expect(covers('user:x', entries, identity, () => [poolName(issuer)])).toBe(false)
    expect(covers('user:x', [{ ...all, issuer: poolName('p') }], identity, () => [poolName('p')])).toBe(true)
  })
})
