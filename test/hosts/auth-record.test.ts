import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { createGuard } from 'authing-guard'
import express from 'express'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { authRecordOf, identityOf, maybeIdentityOf } from '../../src/adapters/shared/auth-record.js'
import { processWideMap } from '../../src/adapters/shared/process-map.js'
import { authenticatorOf, type RequestAuthenticator } from '../../src/adapters/shared/request-authenticator.js'
import { keyPair, tokenBy } from '../support/forge.js'
import { appId, idClaims, issuer, now, userId } from '../support/world.js'

const key = keyPair('ES256', 'kid-1')
const header = `Bearer ${tokenBy(key, idClaims)}`
const worldOptions = { issuer, appId, jwks: { keys: [key.jwk] }, now: () => now }
const open = (more: object = {}): RequestAuthenticator => authenticatorOf([createGuard({ ...worldOptions, ...more })])
const mapKey = Symbol.for('authing-guard.records')
const sharedMap = (): WeakMap<object, unknown> => processWideMap('authing-guard.records')

const requests: readonly [title: string, make: () => object][] = [
  ['that is an object', () => ({})],
  ['of Node', () => new IncomingMessage(new Socket())],
  ['of Express', () => Object.setPrototypeOf(new IncomingMessage(new Socket()), express().request)],
  ['without a prototype', () => Object.create(null)],
  ['that is frozen', () => Object.freeze({})],
  ['behind a proxy', () => new Proxy({}, {})],
]

describe.each(requests)('a request %s', (_, make) => {
  test('has an identity once a guard has admitted it, and not before', async () => {
    const request = make()
    expect(authRecordOf(request)).toBeUndefined()
    const caller = await open().authenticateOnce(request, header)
    expect(identityOf(request)).toBe(caller)
    expect(maybeIdentityOf(make())).toBeUndefined()
  })

  test('has the identity of the guard that admitted it last', async () => {
    const request = make()
    const first = await open().authenticateOnce(request, header)
    const second = await open().authenticateOnce(request, header)
    expect(second).not.toBe(first)
    expect(identityOf(request)).toBe(second)
  })

  test('does not pass its record to objects that are made from it', async () => {
    const request = make()
    await open().authenticateOnce(request, header)
    expect(authRecordOf(Object.create(request))).toBeUndefined()
    expect(authRecordOf({ ...request })).toBeUndefined()
    expect(authRecordOf(new Proxy(request, {}))).toBeUndefined()
  })

  test('gets no property by being recorded', async () => {
    const request = make()
    const before = Reflect.ownKeys(request)
    await open().authenticateOnce(request, header)
    expect(Reflect.ownKeys(request)).toEqual(before)
  })
})

test.each([[undefined], [null], ['a string'], [7]] as [never][])('%o is not a request and has no identity', (value) => {
  expect(maybeIdentityOf(value)).toBeUndefined()
  expect(() => identityOf(value)).toThrow(/^authing-guard: no guard has admitted this request/)
})

test('a request whose prototype changes keeps the identity of the guard that admitted it last', async () => {
  const { request: own } = express()
  for (const order of [
    [own, IncomingMessage.prototype],
    [IncomingMessage.prototype, own],
  ]) {
    const request = new IncomingMessage(new Socket())
    for (const prototype of order) {
      Object.setPrototypeOf(request, prototype)
      const caller = await open().authenticateOnce(request, header)
      expect(identityOf(request)).toBe(caller)
    }
  }
})

describe('a request object that is used again', () => {
  let time = now
  const asked: string[] = []
  const guard = (more: object = {}, adapter: object = {}) =>
    authenticatorOf([
      createGuard({ ...worldOptions, now: () => time, isRevoked: async () => asked.push('isRevoked') < 0, ...more }),
      adapter,
    ])
  beforeEach(() => {
    time = now
    asked.length = 0
  })

  test('is verified once while the header is the same and the record is younger than a second', async () => {
    const own = guard()
    const request = {}
    const caller = await own.authenticateOnce(request, header)
    time += 999
    expect(await own.authenticateOnce(request, header)).toBe(caller)
    expect(asked).toHaveLength(1)
  })

  test('is refused once its token has expired', async () => {
    const own = guard()
    const request = {}
    await own.authenticateOnce(request, header)
    time += 3_606_000
    await expect(async () => own.authenticateOnce(request, header)).rejects.toMatchObject({ reason: 'expired_token' })
  })

  test('is verified again from the very end of its token on, though the record is younger than a second', async () => {
    const own = guard({ clockTolerance: 0 })
    const request = {}
    time = idClaims.exp * 1000 - 1
    await own.authenticateOnce(request, header)
    time += 1
    await expect(async () => own.authenticateOnce(request, header)).rejects.toMatchObject({ reason: 'expired_token' })
  })

  test('is asked about again where the record is a second old, so that a revocation is seen', async () => {
    let isRevoked = false
    const own = guard({ isRevoked: async () => isRevoked })
    const request = {}
    await own.authenticateOnce(request, header)
    isRevoked = true
    time += 1000
    await expect(own.authenticateOnce(request, header)).rejects.toMatchObject({ reason: 'revoked_token' })
  })

  test('is refused where its key was distrusted a second ago', async () => {
    const trusted = createGuard({ ...worldOptions, now: () => time })
    const own = authenticatorOf([trusted])
    const request = {}
    await own.authenticateOnce(request, header)
    trusted.distrustKey('kid-1')
    time += 1000
    expect(() => own.authenticateOnce(request, header)).toThrow(expect.objectContaining({ reason: 'unknown_key' }))
  })

  test('is verified again where the clock was set back', async () => {
    const own = guard()
    const request = {}
    await own.authenticateOnce(request, header)
    time -= 1
    await own.authenticateOnce(request, header)
    expect(asked).toHaveLength(2)
  })

  test.each([
    ['another token', `Bearer ${tokenBy(key, { ...idClaims, sub: 'toad' })}`, 'toad'],
    ['a forged token', `${header.slice(0, -8)}AAAAAAAA`, undefined],
    ['no header', undefined, undefined],
  ])('has the caller of its present header, and not of its last one, with %s', async (_, present, userId) => {
    const own = guard()
    const request = {}
    await own.authenticateOnce(request, header)
    const caller = await Promise.resolve()
      .then(() => own.authenticateOnce(request, present))
      .catch((error) => ({ userId: undefined, status: error.status }))
    expect(caller).toMatchObject(userId === undefined ? { status: 401 } : { userId })
  })

  test('has the caller of the token that getToken finds now', async () => {
    const own = guard({}, { getToken: ({ cookie }: { cookie: string }) => cookie })
    const request = { cookie: header.slice(7) }
    await own.authenticateOnce(request, undefined)
    request.cookie = tokenBy(key, { ...idClaims, sub: 'toad' })
    expect(await own.authenticateOnce(request, undefined)).toMatchObject({ userId: 'toad' })
    request.cookie = ''
    expect(() => own.authenticateOnce(request, undefined)).toThrow(expect.objectContaining({ status: 401 }))
  })

  test('is not anonymous for ever once a request without credentials has passed', async () => {
    const own = guard({ credentials: 'optional' })
    const request = {}
    expect(await own.authenticateOnce(request, undefined)).toBeUndefined()
    expect(await own.authenticateOnce(request, undefined)).toBeUndefined()
    expect(await own.authenticateOnce(request, header)).toMatchObject({ userId })
    expect(await own.authenticateOnce(request, undefined)).toBeUndefined()
  })
})

describe('the map of records', () => {
  test('is a property of globalThis that cannot be replaced, deleted or listed', async () => {
    await open().authenticateOnce({}, header)
    expect(Object.getOwnPropertyDescriptor(globalThis, mapKey)).toEqual({
      value: expect.any(WeakMap),
      writable: false,
      enumerable: false,
      configurable: false,
    })
    expect(Reflect.set(globalThis, mapKey, new WeakMap())).toBe(false)
    expect(Reflect.deleteProperty(globalThis, mapKey)).toBe(false)
  })

  test('is the same for a second copy of the package, whose requests have identities here', async () => {
    vi.resetModules()
    const other = await import('../../src/adapters/shared/auth-record.js')
    expect(other.identityOf).not.toBe(identityOf)
    const request = {}
    const caller = await open().authenticateOnce(request, header)
    expect(other.identityOf(request)).toBe(caller)
  })

  test('holds records of an unknown version, which count as absent, and identityOf names the two copies', async () => {
    const request = {}
    const known = await open().authenticateOnce(request, header)
    sharedMap().set(request, { ...authRecordOf(request), version: 2 })
    expect(known).toBeDefined()
    expect(maybeIdentityOf(request)).toBeUndefined()
    expect(() => identityOf(request)).toThrow(/^authing-guard: two copies of authing-guard are loaded/)
  })

  test('admits a request with a record of an unknown version only after a verification', async () => {
    const guard = open()
    const request = {}
    await guard.authenticateOnce(request, header)
    sharedMap().set(request, { ...authRecordOf(request), version: 2 })
    expect(() => guard.authenticateOnce(request, undefined)).toThrow(expect.objectContaining({ status: 401 }))
    const caller = await guard.authenticateOnce(request, header)
    expect(identityOf(request)).toBe(caller)
  })

  test.each([[null], [true], ['ratty'], [{}], [{ caller: { kind: 'user' } }]])(
    'ignores a value that is not a record: %j',
    (value) => {
      const request = {}
      sharedMap().set(request, value)
      expect(authRecordOf(request)).toBeUndefined()
      expect(() => open().authenticateOnce(request, undefined)).toThrow(expect.objectContaining({ status: 401 }))
    },
  )

  test('lets a guard skip verification for its own settings and getToken only', async () => {
    const options = createGuard({ issuer, appId, jwks: { keys: [key.jwk] }, now: () => now })
    const guard = authenticatorOf([options])
    const request = {}
    await guard.authenticateOnce(request, header)
    await expect(Promise.resolve(guard.authenticateOnce(request, header))).resolves.toBe(identityOf(request))
    const otherSettings = open()
    const otherGetToken = authenticatorOf([options, { getToken: () => undefined }])
    for (const other of [otherSettings, otherGetToken]) {
      expect(() => other.authenticateOnce(request, undefined)).toThrow(expect.objectContaining({ status: 401 }))
    }
  })

  test('belongs to one copy where globalThis has something else under the symbol', () => {
    const name = 'authing-guard.test.taken'
    Object.defineProperty(globalThis, Symbol.for(name), { value: 'taken', configurable: false })
    const own = processWideMap<number>(name)
    const request = {}
    own.set(request, 1)
    expect(own.get(request)).toBe(1)
    expect(processWideMap(name).get(request)).toBeUndefined()
  })
})
