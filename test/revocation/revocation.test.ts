import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { LocalRevocations, type RevocationSettings } from '../../src/revocation/revocations.js'
import { sharedRevocations } from '../../src/store/revocations.js'
import type { SharedStore } from '../../src/store/sealed-store.js'
import type { TokenStatusCheck } from '../../src/token/status-check.js'
import { user } from '../authorization/callers.js'
import { fleet, key, token, verdictOf } from '../store/fleet.js'
import { tokenBy } from '../support/forge.js'
import { accessClaims, accessKey, issuer, machineClaims, refusalOf, today, userId, without } from '../support/world.js'

// Who was revoked is refused: here at once, and on every instance in about a second.

const alone = (options: object = {}) => fleet(1, { store: undefined, ...options })
const machineToken = (claims: object = {}) => tokenBy(key, { ...machineClaims, ...claims })

describe.each([
  ['in one process', () => alone({ accessKeys: 'any', delegates: 'allow' })],
  ['with a store', () => fleet(1, { accessKeys: 'any', delegates: 'allow' })],
])('%s revoking', (_, make) => {
  let { first: guard, world, events } = make()
  beforeEach(() => {
    ;({ first: guard, world, events } = make())
  })

  test('a token refuses it at once, though it is remembered, and no other', async () => {
    const [bad, good] = [token({ jti: 'bad' }), token({ jti: 'good' })]
    for (const text of [bad, bad, bad, good]) expect(await verdictOf(guard, text)).toBe('in')
    const done = guard.revoke({ tokenId: 'bad' })
    expect(await verdictOf(guard, bad)).toBe('revoked_token')
    await done
    expect(await verdictOf(guard, bad)).toBe('revoked_token')
    expect(await verdictOf(guard, good)).toBe('in')
    expect(events[0]?.filter(({ type }) => type === 'revoked')).toEqual([{ type: 'revoked', what: 'token' }])
  })

  test('a user refuses what was issued to them at or before this second, and nothing newer', async () => {
    world.wait(0.9)
    await guard.revoke({ userId })
    expect(await verdictOf(guard, token({ iat: today - 1000 }))).toBe('revoked_token')
    expect(await verdictOf(guard, token({ iat: today }))).toBe('revoked_token')
    expect(await verdictOf(guard, token({ iat: today + 0.5 }))).toBe('revoked_token')
    expect(await verdictOf(guard, token({ iat: today + 1 }))).toBe('in')
    expect(await verdictOf(guard, token({ sub: 'another' }))).toBe('in')
    expect(await verdictOf(guard, machineToken())).toBe('in')
    expect(await verdictOf(guard, machineToken({ sub: userId }))).toBe('revoked_token')
  })

  test('a user before a time refuses what is older, and an earlier time takes nothing back', async () => {
    await guard.revoke({ userId, before: today - 100 })
    await guard.revoke({ userId, before: today - 200 })
    expect(await verdictOf(guard, token({ iat: today - 100 }))).toBe('revoked_token')
    expect(await verdictOf(guard, token({ iat: today - 99 }))).toBe('in')
    await guard.revoke({ userId, before: today - 50 })
    expect(await verdictOf(guard, token({ iat: today - 99 }))).toBe('revoked_token')
  })

  test('an access key refuses its tokens, whichever user it acts for', async () => {
    await guard.revoke({ clientId: accessKey })
    expect(await verdictOf(guard, machineToken())).toBe('revoked_token')
    expect(await verdictOf(guard, machineToken({ sub: userId }))).toBe('revoked_token')
    expect(await verdictOf(guard, machineToken({ aud: 'another key' }))).toBe('in')
    expect(await verdictOf(guard, token())).toBe('in')
  })

  test('what no token can be alive for is nothing to remember', async () => {
    await expect(guard.revoke({ userId, before: today - 367 * 86_400 })).resolves.toBeUndefined()
    expect(await verdictOf(guard, token())).toBe('in')
  })

  test('anybody makes a token without iat useless: nobody knows how old it is', async () => {
    await guard.revoke({ userId })
    const ageless = (claims: object) => tokenBy(key, { ...without(accessClaims, 'iat'), ...claims })
    expect(await verdictOf(guard, ageless({ jti: 'x' }))).toBe('revoked_token')
    expect(await verdictOf(guard, ageless({ sub: 'another' }))).toBe('wrong_claim')
  })

  test('anybody ends tokens that are older than a revocation is kept', async () => {
    await guard.revoke({ userId: 'another' })
    const exp = today + 1000 * 86_400
    expect(await verdictOf(guard, token({ exp, iat: today - 366 * 86_400 - 299 }))).toBe('in')
    expect(await verdictOf(guard, token({ exp, iat: today - 366 * 86_400 - 300 }))).toBe('expired_token')
  })

  test('is a 401 with the challenge of every other', async () => {
    await guard.revoke({ tokenId: 'bad' })
    const error = await refusalOf(guard.verifyToken(token({ jti: 'bad' })))
    expect(error).toMatchObject({ status: 401, reason: 'revoked_token', detail: 'revoked by its token' })
    expect(error.toJSON().error).toBe('invalid_token')
  })
})

describe('a token that lives for years', () => {
  test('is not revived when its revocation is forgotten', async () => {
    const { first: guard, second, world } = fleet(2)
    const text = token({ jti: 'old', exp: today + 1000 * 86_400 })
    await guard.revoke({ tokenId: 'old' })
    for (let day = 0; day < 800; day++) {
      expect(await verdictOf(guard, text)).not.toBe('in')
      if (day % 50 === 0) expect(await verdictOf(second, text)).not.toBe('in')
      world.wait(86_400)
    }
  })

  test('is remembered as revoked for as long as maxTokenAge lets it live, and no longer', async () => {
    const { first: guard, client, world } = fleet(1, { maxTokenAge: 3600 }, { maxTokenAge: 3600 })
    await guard.revoke({ tokenId: 'short' })
    expect(client.values.size).toBe(1)
    world.wait(3600 + 599)
    const name = client.nameOf('revocation')
    expect(await client.get(name)).toBeDefined()
    world.wait(1)
    expect(await client.get(name)).toBeUndefined()
  })
})

describe('without a store, without a hook, and before anything is revoked', () => {
  test('nothing is asked: a token without iat passes', async () => {
    const { first: guard } = alone()
    expect(await verdictOf(guard, tokenBy(key, without(accessClaims, 'iat')))).toBe('in')
  })

  test('a remembered token is answered in place', async () => {
    const { first } = alone()
    const guard = authingGuard(first)
    const text = token()
    for (let time = 0; time < 3; time++) await guard.verifyToken(text)
    let isDone = false
    guard({ headers: { authorization: `Bearer ${text}` } } as never, {}, () => {
      isDone = true
    })
    expect(isDone).toBe(true)
  })
})

describe('with a store', () => {
  test('a token revoked on one instance is refused on the others in about a second', async () => {
    const { guards, first, world } = fleet(3)
    const text = token({ jti: 'bad' })
    for (const guard of guards) for (let time = 0; time < 3; time++) expect(await verdictOf(guard, text)).toBe('in')
    world.wait(0.5)
    await first.revoke({ tokenId: 'bad' })
    world.wait(0.5)
    for (const guard of guards) expect(await verdictOf(guard, text)).toBe('revoked_token')
  })

  test('a remembered token has the store on its path once a second, and is answered in place else', async () => {
    const { first, client, world } = fleet(1)
    const guard = authingGuard(first)
    const text = token()
    for (let time = 0; time < 3; time++) await guard.verifyToken(text)
    client.calls.length = 0
    const passInPlace = () => {
      let isDone = false
      guard({ headers: { authorization: `Bearer ${text}` } } as never, {}, () => {
        isDone = true
      })
      return isDone
    }
    for (let time = 0; time < 1000; time++) expect(passInPlace()).toBe(true)
    expect(client.calls).toHaveLength(0)
    world.wait(1)
    await Promise.all(Array.from({ length: 1000 }, () => guard.verifyToken(text)))
    // One read for the token, and one for its user.
    expect(client.calls).toHaveLength(2)
    expect(passInPlace()).toBe(true)
  })

  test('a clock that was set back asks again', async () => {
    const { first: guard, client, world } = fleet(1)
    await guard.verifyToken(token({ jti: 'x' }))
    world.wait(-1)
    client.calls.length = 0
    await guard.verifyToken(token({ jti: 'x' }))
    expect(client.calls).toHaveLength(2)
  })

  test('where nothing outlives its request each one asks for itself', async () => {
    vi.stubGlobal('EdgeRuntime', 'edge-runtime')
    const { first: guard, client, world } = fleet(1)
    vi.unstubAllGlobals()
    const text = token({ jti: 'x' })
    // Remembered, so that no signature stands between: two of them may take the time of one question.
    for (let turn = 0; turn < 3; turn++) await guard.verifyToken(text)
    world.wait(1)
    client.calls.length = 0
    await Promise.all([guard.verifyToken(text), guard.verifyToken(text)])
    expect(client.count('get', 'revocation')).toBe(4)
  })
})

describe('two that write at once', () => {
  test('are both kept', async () => {
    const { first, second, make } = fleet(2)
    const ids = Array.from({ length: 100 }, (_, at) => `token-of-${at}`)
    await Promise.all(ids.map((tokenId, at) => (at % 2 === 0 ? first : second).revoke({ tokenId })))
    const third = make()
    for (const jti of ids) expect(await verdictOf(third, token({ jti }))).toBe('revoked_token')
  })

  test.each([
    [-100, -10],
    [-10, -100],
  ])('of one user leave the later time (%d and %d)', async (one, another) => {
    const { first, second, make } = fleet(2)
    await Promise.all([
      first.revoke({ userId, before: today + one }),
      second.revoke({ userId, before: today + another }),
    ])
    expect(await verdictOf(make(), token({ iat: today - 10 }))).toBe('revoked_token')
    expect(await verdictOf(make(), token({ iat: today - 9 }))).toBe('in')
  })

  test('leave the later time even where the earlier one lands on it afterwards', async () => {
    const { first, make, client } = fleet(1)
    const stale = fleet(1)
    await stale.first.revoke({ userId, before: today - 100 })
    const [older] = stale.client.values.values()
    let writes = 0
    const done = first.revoke({ userId, before: today - 10 })
    client.before = (what, name) => {
      if (what !== 'get' || !client.values.has(name) || writes > 0) return
      // Somebody who read before this one wrote.
      writes++
      client.values.set(name, older)
    }
    await done
    expect(writes).toBe(1)
    expect(await verdictOf(make(), token({ iat: today - 11 }))).toBe('revoked_token')
  })

  test('and never agree are told so', async () => {
    const { first, client } = fleet(1)
    const set = client.set.bind(client)
    client.set = (name, value, ttl) => {
      const done = set(name, value, ttl)
      client.values.delete(name)
      return done
    }
    await expect(first.revoke({ userId })).rejects.toMatchObject({ reason: 'store_unavailable' })
    expect(client.count('set')).toBe(5)
  })
})

describe('revoke', () => {
  const { guard } = { guard: createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: 'app' }) }
  test.each([
    ['nothing', undefined, 'revoke must be an object with tokenId, userId, clientId, appId, before'],
    ['no id', {}, 'revoke.tokenId is one of tokenId, userId and clientId: name exactly one of them'],
    ['two ids', { tokenId: 'a', userId: 'b' }, 'revoke.userId is one of tokenId, userId and clientId'],
    ['another name', { jti: 'a' }, 'there is no option revoke.jti'],
    ['an empty id', { userId: '' }, "revoke.userId is blank. It must be a user's ID"],
    ['an undefined id', { userId: undefined }, 'revoke.userId is missing'],
    ['a time of a token', { tokenId: 'a', before: 1 }, 'revoke.before goes with userId or clientId'],
    [
      'milliseconds',
      { userId: 'a', before: Date.now() },
      'revoke.before must be a number of seconds (not milliseconds)',
    ],
    ['a date', { userId: 'a', before: new Date() }, 'revoke.before must be a number of seconds'],
  ])('of %s is a TypeError', async (_, whose, message) => {
    const revoked = guard.revoke(whose as never)
    await expect(revoked).rejects.toBeInstanceOf(TypeError)
    await expect(revoked).rejects.toThrow(`authing-guard: ${message}`)
  })
})

describe('what is remembered', () => {
  function revocationsWith(store?: SharedStore) {
    const time = { now: today * 1000 }
    const world = { time, confirm: ((identity) => identity) as TokenStatusCheck }
    const settings: RevocationSettings = {
      maxTokenAge: 100,
      issuers: [issuer],
      issuersOf: () => [issuer],
      maxEntries: 2,
      canOutliveRequest: true,
      now: () => time.now,
      emit: () => {},
      begin: (asked) => {
        world.confirm = asked
      },
    }
    const revocations =
      store === undefined
        ? new LocalRevocations(settings)
        : sharedRevocations({ ...settings, store, staleFor: 0, settling: 0 })
    const revoke = (id: string) =>
      revocations.revoke({ what: 'user', id, appId: null, before: Math.floor(time.now / 1000) })
    return { ...world, world, time, revoke }
  }
  const noRoom = { reason: 'store_unavailable', detail: 'this process holds as many revocations as it can remember' }

  test('is bounded: a revocation that does not fit is refused, and no older one is dropped', async () => {
    const { world, revoke, time } = revocationsWith()
    for (const id of ['a', 'b', 'a']) expect(await revoke(id)).toBeUndefined()
    expect(await revoke('c')).toMatchObject(noRoom)
    const identity = user({ userId: 'a', issuedAt: today })
    expect(world.confirm(identity, '', undefined)).toMatchObject({ reason: 'revoked_token' })
    // When no token can be alive that it was for.
    time.now += 701_000
    for (const id of ['c', 'd']) expect(await revoke(id)).toBeUndefined()
    expect(await revoke('e')).toMatchObject(noRoom)
  })

  test('is bounded with a store too, for what the store did not accept', async () => {
    const down: SharedStore = { read: async () => ({ state: 'down' }), write: async () => false }
    const { revoke } = revocationsWith(down)
    for (const id of ['a', 'b']) expect(await revoke(id)).toMatchObject({ reason: 'store_unavailable' })
    expect(await revoke('c')).toMatchObject(noRoom)
  })

  test('of the store is what it said of 100,000 names, and of those in use', async () => {
    const asked: string[] = []
    const store: SharedStore = {
      read: async (_, name) => {
        asked.push(name)
        return { state: 'absent' }
      },
      write: async () => true,
    }
    const { world } = revocationsWith(store)
    const ask = async (userId: string) => world.confirm(user({ userId, issuedAt: today }), '', undefined)
    for (let at = 0; at <= 100_000; at++) await ask(`user-${at}`)
    expect(asked).toHaveLength(100_001)
    await ask('user-1')
    await ask('user-100000')
    expect(asked).toHaveLength(100_001)
    await ask('user-0')
    expect(asked).toHaveLength(100_002)
  })
})
