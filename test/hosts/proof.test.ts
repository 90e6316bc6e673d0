import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { createGuard } from 'authing-guard'
import express from 'express'
import { describe, expect, test } from 'vitest'
import { authRecordOf, identityOf, maybeIdentityOf } from '../../src/adapters/shared/auth-record.js'
import { authenticatorOf, type RequestAuthenticator } from '../../src/adapters/shared/request-authenticator.js'
import { keyPair, tokenBy } from '../support/forge.js'
import { appId, idClaims, issuer, now } from '../support/world.js'

const key = keyPair('ES256', 'kid-1')
const header = `Bearer ${tokenBy(key, idClaims)}`
const open = (more: object = {}): RequestAuthenticator =>
  authenticatorOf([createGuard({ issuer, appId, jwks: { keys: [key.jwk] }, now: () => now, ...more })])

const requests: readonly [title: string, make: () => object][] = [
  ['that is an object', () => ({})],
  ['of Node', () => new IncomingMessage(new Socket())],
  ['of Express', () => Object.setPrototypeOf(new IncomingMessage(new Socket()), express().request)],
  ['without a prototype', () => Object.create(null)],
  ['that is frozen', () => Object.freeze({})],
  ['behind a proxy', () => new Proxy({}, {})],
]

describe.each(requests)('a request %s', (_, make) => {
  test('is known by nobody until a guard has let it in, and by everybody then', async () => {
    const request = make()
    expect(authRecordOf(request)).toBeUndefined()
    const caller = await open().admit(request, header)
    expect(identityOf(request)).toBe(caller)
    expect(maybeIdentityOf(make())).toBeUndefined()
  })

  test('is whose guard let it in last', async () => {
    const request = make()
    const first = await open().admit(request, header)
    const second = await open().admit(request, header)
    expect(second).not.toBe(first)
    expect(identityOf(request)).toBe(second)
  })

  test('lends its proof to none that is made of it', async () => {
    const request = make()
    await open().admit(request, header)
    expect(authRecordOf(Object.create(request))).toBeUndefined()
    expect(authRecordOf({ ...request })).toBeUndefined()
    expect(authRecordOf(new Proxy(request, {}))).toBeUndefined()
  })
})

test.each([[undefined], [null], ['a string'], [7]] as [never][])('what is no request is nobody’s: %o', (request) => {
  expect(maybeIdentityOf(request)).toBeUndefined()
  expect(() => identityOf(request)).toThrow(/^authing-guard: no guard has let this request in/)
})

test('a request that becomes Express’s, or ceases to be, is whose guard let it in last', async () => {
  const { request: own } = express()
  for (const order of [
    [own, IncomingMessage.prototype],
    [IncomingMessage.prototype, own],
  ]) {
    const request = new IncomingMessage(new Socket())
    for (const prototype of order) {
      Object.setPrototypeOf(request, prototype)
      const caller = await open().admit(request, header)
      expect(identityOf(request)).toBe(caller)
    }
  }
})
