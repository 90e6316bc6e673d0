import { createGuard, GuardError, type GuardEvent } from 'authing-guard'
import { authingErrorHandler, authingGuard, identityOf, maybeIdentityOf } from 'authing-guard/express'
import express, { type ErrorRequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import { authorizationOf } from '../../src/adapters/shared/node-request.js'
import { keyPair, tokenBy } from '../support/forge.js'
import { serving } from '../support/http.js'
import { accessClaims, appId, idClaims, issuer, now, optionsWith, userId } from '../support/world.js'

// The Express adapter: a guard as a middleware, a guard after another, and the caller's identity.

const key = keyPair('RS256', 'kid-1')
const bearer = (scope: string) => ({ authorization: `Bearer ${tokenBy(key, { ...accessClaims, scope })}` })

/** A request as far as the guard reads it, and what it came to. */
async function through(guard: ReturnType<typeof authingGuard>, headers: object, request: object = {}) {
  const whole = Object.assign(request, { headers })
  const error = await new Promise<unknown>((resolve) => guard(whole, {}, resolve))
  return { error, request: whole }
}

describe('a middleware', () => {
  it('admits a caller with a valid token, and has the identity', async () => {
    const guard = authingGuard(optionsWith([key.jwk]))
    const { error, request } = await through(guard, bearer('a'))
    expect(error).toBeUndefined()
    expect(identityOf(request)).toMatchObject({ kind: 'user', userId })
    expect(maybeIdentityOf(request)).toBe(identityOf(request))
    expect(Object.getOwnPropertyDescriptor(request, 'identity')).toEqual({
      value: identityOf(request),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  })

  it('passes a refusal to next, synchronously or later, and does not call the handler', async () => {
    const guard = authingGuard(optionsWith([key.jwk]))
    for (const headers of [
      {},
      { authorization: 'Bearer x' },
      { authorization: `Bearer ${tokenBy(key, { ...idClaims, exp: 1 })}` },
    ]) {
      const { error, request } = await through(guard, headers)
      expect(error).toBeInstanceOf(GuardError)
      expect('identity' in request).toBe(false)
      expect(() => identityOf(request)).toThrow(
        /^authing-guard: no guard has admitted this request: put app\.use\(guard\)/,
      )
      expect(maybeIdentityOf(request)).toBeUndefined()
    }
  })

  it('admits an anonymous caller where credentials are optional, without an identity', async () => {
    const guard = authingGuard({ ...optionsWith([key.jwk]), credentials: 'optional' })
    const { error, request } = await through(guard as never, {})
    expect(error).toBeUndefined()
    expect(maybeIdentityOf(request)).toBeUndefined()
    expect(() => identityOf(request)).toThrow(
      "authing-guard: the caller is anonymous, which credentials: 'optional' allows",
    )
    const strict = await through(guard.require({ scope: 'a' }), {}, request)
    expect(strict.error).toMatchObject({ status: 401 })
    const again = await through(guard as never, {}, request)
    expect(again.error).toBeUndefined()
    const bad = await through(guard as never, { authorization: 'Bearer x' })
    expect(bad.error).toMatchObject({ status: 401 })
  })

  it('passes a TypeError to next where the request cannot be written to', async () => {
    const guard = authingGuard(optionsWith([key.jwk]))
    const frozen = Object.freeze({ headers: bearer('a') })
    const error = await new Promise((resolve) => guard(frozen, {}, resolve))
    expect(error).toBeInstanceOf(TypeError)
  })
})

describe('a guard behind a guard', () => {
  let verified = 0
  const onEvent = ({ type }: GuardEvent) => {
    if (type === 'verified') verified++
  }
  const outer = authingGuard(optionsWith([key.jwk], { onEvent, tokenCache: false }))
  const stranger = authingGuard(createGuard(optionsWith([keyPair('RS256', 'kid-1').jwk])))

  it('does not verify a token twice', async () => {
    const { request } = await through(outer, bearer('a b'))
    const before = verified
    expect((await through(outer.require({ scope: 'a' }), bearer('a b'), request)).error).toBeUndefined()
    expect(
      (await through(outer.require({ scope: 'a' }).require({ scope: 'b' }), bearer('a b'), request)).error,
    ).toBeUndefined()
    expect((await through(outer.require({ scope: 'c' }), bearer('a b'), request)).error).toMatchObject({ status: 403 })
    expect(verified).toBe(before)
    expect((await through(outer, bearer('a b'))).error).toBeUndefined()
    expect(verified).toBe(before + 1)
  })

  it('authenticates by itself where it is the only guard', async () => {
    const alone = outer.require({ scope: 'a' })
    expect((await through(alone, bearer('a'))).error).toBeUndefined()
    expect((await through(alone, bearer('b'))).error).toMatchObject({ status: 403 })
    expect((await through(alone, {})).error).toMatchObject({ status: 401 })
  })

  it('does not accept the verdict of another guard', async () => {
    const { request } = await through(outer, bearer('a'))
    expect((await through(stranger, bearer('a'), request)).error).toMatchObject({ status: 401 })
    expect((await through(stranger.require({ scope: 'a' }), bearer('a'), request)).error).toMatchObject({ status: 401 })
  })

  it('does not accept an identity that other code wrote to the request', async () => {
    const { request } = await through(outer, bearer('a'))
    const forged = { identity: identityOf(request), proof: identityOf(request) }
    const { error } = await through(outer.require({ scope: 'a' }), {}, forged)
    expect(error).toMatchObject({ status: 401, reason: 'missing_token' })
    expect(maybeIdentityOf({ identity: identityOf(request) })).toBeUndefined()
    expect((await through(outer, {}, Object.create(request))).error).toMatchObject({ status: 401 })
  })
})

describe('in Express', () => {
  const app = express()
  const guard = authingGuard({ issuer, appId, now: () => now, fetch: async () => Response.json({ keys: [key.jwk] }) })
  app.get(
    '/books',
    guard.require({ scope: 'book:read' }),
    (request, response) => void response.json(identityOf(request)),
  )
  app.use('/me', guard)
  app.get('/me', (request, response) => void response.json({ who: request.identity }))
  app.get('/me/fails', () => {
    throw Object.assign(new Error('mine'), { status: 418 })
  })
  const last: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(error.status ?? 500).json({ name: error.name, message: error.message })
  }
  app.use(last)
  const site = serving(app)
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${site.origin}${path}`, { headers })
    return [response.status, await response.json()]
  }

  it('guards one route or many', async () => {
    expect(await get('/me', bearer(''))).toMatchObject([200, { who: { kind: 'user', userId } }])
    expect(await get('/books', bearer('book:read'))).toMatchObject([200, { kind: 'user' }])
    expect(await get('/books', bearer('book:write'))).toMatchObject([403, { name: 'GuardError' }])
    expect(await get('/books')).toMatchObject([401, { name: 'GuardError' }])
  })

  it('does not catch an error of a handler', async () => {
    expect(await get('/me/fails', bearer(''))).toEqual([418, { name: 'Error', message: 'mine' }])
    expect(await get('/me/fails')).toMatchObject([401, { name: 'GuardError' }])
  })
})

describe('req.identity', () => {
  const outer = authingGuard(optionsWith([key.jwk]))

  it('is a plain property: writable, enumerable, configurable', async () => {
    const { request } = await through(outer, bearer('a'))
    expect(Object.getOwnPropertyDescriptor(request, 'identity')).toEqual({
      value: identityOf(request),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  })

  it('is undefined for an anonymous caller, whatever was there before', async () => {
    const optional = authingGuard({ ...optionsWith([key.jwk]), credentials: 'optional' })
    const { request, error } = await through(optional, {}, { identity: { kind: 'user', userId: 'forged' } })
    expect(error).toBeUndefined()
    expect(Object.getOwnPropertyDescriptor(request, 'identity')).toMatchObject({ value: undefined, writable: true })
  })

  it('is assigned again by a second guard, and is not read by one', async () => {
    const { request } = await through(outer, bearer('a'))
    const identity = identityOf(request)
    Object.assign(request, { identity: { ...identity, scopes: ['b'] } })
    const { error } = await through(outer.require({ scope: 'b' }), bearer('a'), request)
    expect(error).toMatchObject({ status: 403, reason: 'insufficient_scope' })
    expect(identityOf(request)).toBe(identity)
    await through(outer.require({ scope: 'a' }), bearer('a'), request)
    expect(Reflect.get(request, 'identity')).toBe(identity)
  })

  it('that cannot be assigned is an error, and the handler is not called', async () => {
    const { error } = await through(outer, bearer('a'), Object.defineProperty({}, 'identity', { value: 'mine' }))
    expect(error).toBeInstanceOf(TypeError)
  })
})

describe('authingErrorHandler', () => {
  const answered = async (error: unknown, headersSent = false) => {
    const written: unknown[] = []
    const response = {
      statusCode: 200,
      headersSent,
      setHeader: (name: string, value: string) => written.push([name, value]),
      end: (body: string) => written.push(JSON.parse(body)),
    }
    const passed: unknown[] = []
    authingErrorHandler(error, {}, response, (other) => passed.push(other))
    return { status: response.statusCode, written, passed }
  }

  it('answers a refusal in JSON, and passes other errors on', async () => {
    const { error } = await through(authingGuard(optionsWith([key.jwk])), {})
    expect(await answered(error)).toEqual({
      status: 401,
      written: [
        ['Cache-Control', 'no-store'],
        ['WWW-Authenticate', 'Bearer realm="authing"'],
        ['Content-Type', 'application/json; charset=utf-8'],
        { error: 'unauthorized', error_description: expect.any(String) },
      ],
      passed: [],
    })
    for (const other of [new Error('mine'), undefined, null, 'x', { status: 401 }]) {
      expect(await answered(other)).toEqual({ status: 200, written: [], passed: [other] })
    }
    expect(await answered(error, true)).toEqual({ status: 200, written: [], passed: [error] })
  })
})

describe('the header of a request', () => {
  it('is read as it came, and as a list where it came twice', () => {
    const headers = { authorization: 'Bearer a' }
    expect(authorizationOf({ headers })).toBe('Bearer a')
    expect(authorizationOf({ headers, rawHeaders: [] })).toBe('Bearer a')
    expect(authorizationOf({ headers, rawHeaders: ['Host', 'x', 'AUTHORIZATION', 'Bearer a'] })).toBe('Bearer a')
    expect(authorizationOf({ headers, rawHeaders: ['Host', 'authorization', 'Authorization', 'Bearer a'] })).toBe(
      'Bearer a',
    )
    const twice = ['Authorization', 'Bearer a', 'Host', 'x', 'authorization', 'Bearer b']
    expect(authorizationOf({ headers, rawHeaders: twice })).toEqual(['Bearer a'])
    expect(authorizationOf({ headers: {} })).toBeUndefined()
  })
})
