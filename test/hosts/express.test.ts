import { createServer } from 'node:http'
import { createGuard } from 'authing-guard'
import { authingErrorHandler, authingGuard, GuardError, identityOf, maybeIdentityOf } from 'authing-guard/express'
import { createUserPool } from 'authing-guard/testing'
import express from 'express'
import express4 from 'express4'
import { afterAll, describe, expect, test } from 'vitest'
import { listen, overHttp } from './host/http.js'

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
const close: (() => unknown)[] = [() => pool.close()]
afterAll(() => Promise.all(close.map((one) => one())))
const good = pool.mint()

async function serve(app: express.Express) {
  const server = await listen(createServer(app))
  close.push(() => overHttp(server).close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return (path: string, headers: Record<string, string> = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers })
}
const withToken = (token: string) => ({ authorization: `Bearer ${token}` })

describe.each([
  { name: 'Express 5', make: express },
  { name: 'Express 4', make: express4 },
])('authingErrorHandler on $name', ({ make }) => {
  test('answers a refusal in JSON, keeps the headers that are set, and passes other errors on', async () => {
    const app = make()
    app.use((_req, res, next) => {
      res.setHeader('Access-Control-Allow-Origin', 'https://app.example.com')
      next()
    })
    const guard = authingGuard(pool.guardOptions)
    app.use(guard)
    app.get('/late', async (req, _res, next) => {
      await guard.authorize(identityOf(req), { scope: 'book:read' }).catch(next)
    })
    app.get('/broken', () => {
      throw Object.assign(new Error('the handler broke'), { status: 418 })
    })
    app.use(authingErrorHandler)
    const get = await serve(app)
    const refused = await get('/')
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="authing"')
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    expect(refused.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await refused.json()).toEqual({
      error: 'unauthorized',
      error_description: 'This resource needs an access token in the Authorization header.',
    })
    expect((await get('/late', withToken(good))).status).toBe(403)
    expect((await get('/broken', withToken(good))).status).toBe(418)
  })
})

test('authingErrorHandler passes the error on where the response has begun', async () => {
  const app = express()
  const guard = authingGuard(pool.guardOptions)
  app.get('/', (_req, res, next) => {
    res.write('begun')
    guard(_req, res, next)
  })
  app.use(authingErrorHandler)
  const get = await serve(app)
  await expect(get('/').then((answer) => answer.text())).rejects.toThrow()
})

describe('a token that getToken returns', () => {
  test('is the only one with authorizationHeader ignore: the header belongs to a proxy', async () => {
    const guard = authingGuard(pool.guardOptions, {
      getToken: (req: express.Request) => req.query['ticket']?.toString(),
      authorizationHeader: 'ignore',
    })
    const app = express()
    app.use(guard, guard.require({ kind: 'user' }))
    app.use((req, res) => {
      res.json({ kind: identityOf(req).kind })
    })
    app.use(authingErrorHandler)
    const get = await serve(app)
    const basic = { authorization: 'Basic cmF0dHk6dG9hZA==' }
    expect((await get(`/?ticket=${good}`, basic)).status).toBe(200)
    expect((await get('/', { authorization: `Bearer ${good}` })).status).toBe(401)
    expect((await get(`/?ticket=${good}`, { authorization: 'Bearer garbage' })).status).toBe(200)
    expect((await get('/?ticket=garbage', { authorization: `Bearer ${good}` })).status).toBe(401)
  })

  test('authenticates the caller for the guard with this getToken, and for no other', async () => {
    const guard = createGuard(pool.guardOptions)
    const byQuery = authingGuard(guard, { getToken: (req: express.Request) => req.query['ticket']?.toString() })
    const app = express()
    app.use('/twice', byQuery, byQuery.require({ kind: 'user' }))
    app.use('/other', byQuery, authingGuard(guard))
    app.use('/anonymous', authingGuard({ ...pool.guardOptions, credentials: 'optional' }), byQuery)
    app.use((req, res) => {
      res.json({ kind: maybeIdentityOf(req)?.kind })
    })
    app.use(authingErrorHandler)
    const get = await serve(app)
    expect((await get(`/twice?ticket=${good}`)).status).toBe(200)
    expect((await get(`/other?ticket=${good}`)).status).toBe(401)
    expect((await get(`/anonymous?ticket=${good}`)).status).toBe(200)
    expect((await get('/anonymous')).status).toBe(401)
    // Two in one query make a list, and with a comma between them no token.
    expect((await get(`/twice?ticket=${good}&ticket=${good}`)).status).toBe(400)
  })

  test('is refused where it is not a string', async () => {
    const list: { getToken: () => never } = JSON.parse('{}')
    Object.assign(list, { getToken: () => ['a', 'b'] })
    const guard = authingGuard(createGuard(pool.guardOptions), list)
    const error = await new Promise((resolve) => guard({ headers: {} }, undefined, resolve))
    expect(error).toBeInstanceOf(GuardError)
    expect(error).toMatchObject({ status: 400, reason: 'invalid_request' })
  })

  test.each([
    ['a promise', () => Promise.reject(new Error('nobody waits for it'))],
    [
      'what is like one',
      () => Object.fromEntries([['then', (_: unknown, failed: (why: unknown) => void) => failed('so')]]),
    ],
  ])('that is promised by %s is the programmer’s fault, and no caller’s', async (_, getToken) => {
    const later: { getToken: () => never } = JSON.parse('{}')
    Object.assign(later, { getToken })
    const guard = authingGuard(createGuard(pool.guardOptions), later)
    const error = await new Promise((resolve) => guard({ headers: {} }, undefined, resolve))
    expect(error).toEqual(new TypeError('authing-guard: getToken must return the token itself, and returned a promise'))
  })

  test('is not read where getToken throws: the error goes to next unchanged', async () => {
    const broken = new URIError('malformed cookie')
    const guard = authingGuard(createGuard(pool.guardOptions), {
      getToken: () => {
        throw broken
      },
    })
    expect(await new Promise((resolve) => guard({ headers: {} }, undefined, resolve))).toBe(broken)
  })
})

describe('an adapter with wrong arguments throws', () => {
  const make =
    (...given: readonly unknown[]) =>
    () =>
      Reflect.apply(authingGuard, undefined, given)
  test('for unknown options, and for a value that is not an object', () => {
    expect(make(pool.guardOptions, { tokn: () => 'a' })).toThrow(/^authing-guard: there is no option adapter.tokn/)
    expect(make(pool.guardOptions, { authorizationHeader: 'ignore' })).toThrow(
      /^authing-guard: adapter.authorizationHeader is 'ignore', which needs getToken/,
    )
    expect(make(pool.guardOptions, { getToken: 'a' })).toThrow(/^authing-guard: adapter.getToken must be a function/)
    expect(make(pool.guardOptions, 'a')).toThrow(/^authing-guard: adapter must be an object/)
    expect(make(pool.guardOptions, {}, {})).toThrow(/^authing-guard: an adapter takes two arguments/)
    expect(make(null, { getToken: () => 'a' })).toThrow(/^authing-guard: the options must be an object/)
    expect(make(pool.guardOptions, { getToken: undefined })).not.toThrow()
  })

  test('where the error handler is called instead of being passed', () => {
    const called = Reflect.apply.bind(undefined, authingErrorHandler, undefined, [])
    expect(called).toThrow('authing-guard: authingErrorHandler was called: pass it without calling it')
  })

  test('where it is used as a middleware without being called', () => {
    expect(make({ headers: {} }, {}, () => {})).toThrow(
      /^authing-guard: authingGuard was passed as a middleware without being called/,
    )
  })
})
