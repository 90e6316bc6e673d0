import * as main from 'authing-guard'
import { createGuard } from 'authing-guard'
import * as door from 'authing-guard/express'
import { authingGuard, identityOf, maybeIdentityOf } from 'authing-guard/express'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import { keyPair, tokenBy } from '../support/forge.js'
import { serving } from '../support/http.js'
import { accessClaims, appId, home, idClaims, issuer, now, optionsWith, userId } from '../support/world.js'

// Threats of section M in the code around a guard.

const key = keyPair('RS256', 'kid-1')
const good = tokenBy(key, idClaims)
const bearer = { authorization: `Bearer ${good}` }

describe('a handler', () => {
  const guard = authingGuard(optionsWith([key.jwk]))
  const seen: unknown[] = []
  let calls = 0
  const app = express()
  app.get('/open', (request, response) => {
    response.json({ caller: identityOf(request).kind })
  })
  app.get('/claimed', (request, response) => {
    Object.defineProperty(request, 'identity', { value: { kind: 'user', userId: 'evil' }, configurable: true })
    response.json({ maybe: maybeIdentityOf(request) ?? null, identity: identityOf(request).kind })
  })
  app.get('/late', (_, response) => void response.json({}), guard)
  app.get('/throws', guard, () => {
    calls++
    throw new Error('the handler’s own')
  })
  app.get('/rejects', guard, async () => {
    calls++
    await Promise.reject(new Error('the handler’s own'))
  })
  const overwrite: RequestHandler = (request, response, next) => {
    const verified = identityOf(request)
    const exposed = Reflect.get(request, 'identity')
    Reflect.set(request, 'identity', { ...verified, userId: 'evil', scopes: ['book:write'] })
    response.locals['same'] = exposed === verified && identityOf(request) === verified
    next()
  }
  app.get('/me', guard, overwrite, (request, response) => {
    const { kind } = identityOf(request)
    response.json({ kind, same: response.locals['same'] })
  })
  app.get('/overwritten', guard, overwrite, guard.require({ scope: 'book:write' }), (_, response) => {
    response.json({})
  })
  app.get('/own', guard, (request, response) => {
    const own = Reflect.ownKeys(request).map(String)
    response.json({ own: own.filter((name) => ['sub', 'user', 'auth', 'iss', 'aud', 'exp', 'claims'].includes(name)) })
  })
  const last: ErrorRequestHandler = (error, _request, response, next) => {
    seen.push(error)
    if (response.headersSent) next(error)
    else response.status(error?.status ?? 500).json({ message: String(error?.message) })
  }
  app.use(last)
  const site = serving(app)
  const get = async (path: string, headers: Record<string, string> = bearer) => {
    const response = await fetch(`${site.origin}${path}`, { headers })
    return { status: response.status, body: await response.json() }
  }

  it('M4: identityOf throws on a route without a guard and never returns an identity', async () => {
    const { status, body } = await get('/open')
    expect(status).toBe(500)
    expect(body.message).toMatch(/^authing-guard: no guard has admitted this request: put app\.use\(guard\)/)
    expect(seen.at(-1)).toBeInstanceOf(TypeError)
    expect(maybeIdentityOf({})).toBeUndefined()
    expect((await get('/late', {})).status).toBe(200)
  })

  it('M4: identityOf does not accept an identity that another middleware put on the request', async () => {
    expect((await get('/claimed')).status).toBe(500)
  })

  it('M5: the guard adds one property, which no guard and no identityOf reads, and merges no claim', async () => {
    expect((await get('/me')).body).toEqual({ kind: 'user', same: true })
    expect((await get('/overwritten')).status).toBe(403)
    expect((await get('/own')).body).toEqual({ own: [] })
    const hostile = tokenBy(key, { ...idClaims, method: 'evil', url: '/evil', headers: {}, app: null, user: 'evil' })
    expect((await get('/me', { authorization: `Bearer ${hostile}` })).body).toEqual({ kind: 'user', same: true })
    expect((await get('/own', { authorization: `Bearer ${hostile}` })).body).toEqual({ own: [] })
  })

  it.each(['/throws', '/rejects'])(
    'M6: an error of the handler at %s is passed on unchanged, and the handler runs once',
    async (path) => {
      calls = 0
      const { status, body } = await get(path)
      expect({ status, body }).toEqual({ status: 500, body: { message: 'the handler’s own' } })
      expect(calls).toBe(1)
    },
  )

  // Where the signature is checked in place, so is next called.
  it.runIf(process.env['ENGINE'] === 'node')(
    'M6: an error thrown in next() is neither caught nor reported twice',
    async () => {
      await guard.verifyToken(good)
      const told: unknown[] = []
      const call = () =>
        guard({ headers: bearer }, {}, (error) => {
          told.push(error)
          throw new Error('the handler’s own')
        })
      expect(call).toThrow('the handler’s own')
      expect(told).toEqual([undefined])
    },
  )
})

describe('a guard', () => {
  it('M7: a hundred concurrent callers each get their own identity', async () => {
    const second = keyPair('RS256', 'kid-2')
    const other = { issuer: 'https://other.authing.cn/oidc', appId: '600a8f4e37708b363024a3ca' }
    const guard = createGuard({
      apps: [
        { issuer, appId, jwks: { keys: [key.jwk] } },
        { ...other, jwks: { keys: [second.jwk] } },
      ],
      now: () => now,
    })
    const tokens = Array.from({ length: 100 }, (_, at) =>
      at % 2 === 0
        ? tokenBy(key, { ...idClaims, sub: `user-${at}` })
        : tokenBy(second, { ...idClaims, iss: other.issuer, aud: other.appId, sub: `user-${at}` }),
    )
    const identities = await Promise.all([...tokens, ...tokens].map((token) => guard.verifyToken(token)))
    for (const [index, identity] of identities.entries()) {
      const at = index % 100
      const app = at % 2 === 0 ? { issuer, appId } : other
      expect(identity).toMatchObject({ userId: `user-${at}`, ...app })
    }
  })

  it('M8: verifyToken always returns a promise, so a forgotten await never admits a caller', async () => {
    const { guard, token } = home()
    const identity = await guard.verifyToken(token())
    const verdicts: readonly Promise<unknown>[] = [
      guard.verifyToken(token()),
      guard.authenticate(`Bearer ${token()}`),
      guard.verifyToken('x'),
      guard.authenticate(undefined),
      guard.authorize(identity, { scope: 'book:read' }),
    ]
    for (const verdict of verdicts) {
      expect(verdict).toBeInstanceOf(Promise)
      for (const name of ['userId', 'kind', 'claims', 'active', 'valid']) expect(verdict).not.toHaveProperty(name)
    }
    const settled = await Promise.allSettled(verdicts)
    expect(settled.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, false, false])
  })

  it('M9: the package exports no function that decodes a token without verifying it', () => {
    const { guard } = home()
    const functions = [
      ...Object.keys(main),
      ...Object.keys(door),
      ...Object.keys(guard),
      ...Object.keys(authingGuard(guard)),
    ]
    const names = new Set(functions)
    expect([...names]).toEqual(expect.arrayContaining(['createGuard', 'authingGuard', 'verifyToken', 'authenticate']))
    for (const name of names) expect(name).not.toMatch(/decode|parse|unsafe|peek|jwt/i)
  })

  it('M5: an identity is frozen at every level', async () => {
    const { guard, token } = home()
    const identity = await guard.verifyToken(token({ ...accessClaims, roles: ['reader'], data2: { deep: [{ a: 1 }] } }))
    expect(Reflect.set(identity, 'userId', 'evil')).toBe(false)
    expect(Reflect.set(identity.claims, 'sub', 'evil')).toBe(false)
    expect(Reflect.defineProperty(identity, 'admin', { value: true })).toBe(false)
    expect(Reflect.setPrototypeOf(identity, {})).toBe(false)
    expect(() => (identity.claims['roles'] as string[]).push('admin')).toThrow(TypeError)
    expect(() => (identity.scopes as string[]).push('admin')).toThrow(TypeError)
    expect(identity).toMatchObject({ userId, scopes: ['openid'], claims: { roles: ['reader'] } })
  })
})
