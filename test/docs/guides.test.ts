import { once } from 'node:events'
import { createServer } from 'node:http'
import { authingGuard } from 'authing-guard/express'
import type { H3Event, H3Guard } from 'authing-guard/h3'
import { identityOf } from 'authing-guard/koa'
import { createUserPool, type MintOptions, type UserPool } from 'authing-guard/testing'
import nodeAdapter from 'crossws/adapters/node'
import expressItself, { type Express } from 'express'
import { type EventHandler, H3, mockEvent, toNodeHandler } from 'h3'
import * as h3v1 from 'h3v1'
import Koa from 'koa'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { listen } from '../../examples/listen.js'
import { closed, listening, portOf } from '../support/http.js'
import { readPage } from './markdown.js'
import { guides, ofOperating, recipes } from './pages.js'
import {
  accessKeyId,
  appId,
  ask,
  bearer,
  blockOf,
  expectAllRun,
  guardOf,
  jwtSecret,
  read,
  reading,
  shop,
  userId,
  userPoolId,
} from './reader.js'

// What the blocks of docs/ do, but for those on operating an API, and the recipes. Those that are files of examples/ are run in
// test/examples.

const { pool, block } = await reading()
beforeEach(() => {
  vi.stubEnv('SHOP_APP_SECRET', shop.appSecret)
  vi.stubEnv('POOL_JWT_SECRET', jwtSecret)
})

describe('getting started', () => {
  test('the Koa server says who calls', async () => {
    const { koa } = await read(block('getting-started', 'new Koa()'))
    expect(await ask(koa.callback(), '/')).toMatchObject({ status: 401 })
    const known = await ask(koa.callback(), '/', bearer(pool.mint()))
    expect(known).toMatchObject({ status: 200, text: expect.stringContaining(userId) })
  })

  test('the Koa server answers refusals in JSON', async () => {
    const { koa } = await read(block('getting-started', 'new Koa()'))
    expect(JSON.parse((await ask(koa.callback(), '/')).text)).toHaveProperty('error', 'unauthorized')
  })

  test('the middleware of Egg guards every route, and one that needs a scope, and answers in JSON', async () => {
    const module: { exports: (options: object, app: unknown) => Koa.Middleware } = {
      exports: () => expect.fail('the block exports no function'),
    }
    await read(block('getting-started', 'module.exports ='), { globals: { module } })
    const koa = new Koa()
    // As Egg calls it: with what is configured for it.
    koa.use(module.exports({}, koa))
    koa.use(module.exports({ require: { scope: 'book:read' } }, koa))
    koa.use((ctx) => {
      ctx.body = identityOf(ctx)
    })
    const refusal = await ask(koa.callback(), '/')
    expect([refusal.status, JSON.parse(refusal.text)]).toEqual([
      401,
      expect.objectContaining({ error: 'unauthorized' }),
    ])
    expect(await ask(koa.callback(), '/', bearer(pool.mint()))).toMatchObject({ status: 403 })
    const known = await ask(koa.callback(), '/', bearer(pool.mint({ scope: 'book:read' })))
    expect(known).toMatchObject({ status: 200, text: expect.stringContaining(userId) })
  })

  test('the guards of server/utils work as middleware and in a handler, in h3 2 and in h3 1', async () => {
    const { guard, readers } = (await read(block('getting-started', 'export const readers'))).exported as {
      readonly [name in 'guard' | 'readers']: H3Guard
    }
    const handler = async (event: H3Event) => {
      await readers(event)
      return 'the books'
    }
    const h3 = new H3().use(guard).get('/', handler)
    const old = h3v1.createApp().use(h3v1.defineEventHandler(guard)).use('/', h3v1.defineEventHandler(handler))
    for (const app of [toNodeHandler(h3), h3v1.toNodeListener(old)]) {
      expect(await ask(app, '/')).toMatchObject({ status: 401 })
      expect(await ask(app, '/', bearer(pool.mint()))).toMatchObject({ status: 403 })
      expect(await ask(app, '/', bearer(pool.mint({ scope: 'book:read' })))).toMatchObject({ text: 'the books' })
    }
  })

  test.each([
    { version: 'h3 2', more: {}, hooksOf: async (handler: EventHandler) => handler(mockEvent('/')) },
    {
      version: 'h3 1',
      more: { h3: h3v1 },
      hooksOf: async (handler: object) => ({ crossws: Reflect.get(handler, '__websocket__') }),
    },
  ])('the upgrade hook keeps out a WebSocket without a token, in $version', async ({ more, hooksOf }) => {
    const { exported } = await read(block('getting-started', 'defineWebSocketHandler('), { more })
    const { crossws: hooks } = Object(await hooksOf(exported['default'] as EventHandler))
    const { handleUpgrade, closeAll } = nodeAdapter({ hooks })
    const server = createServer().on('upgrade', handleUpgrade)
    await listening(server)
    const open = (headers: Record<string, string>) => new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, { headers })
    const [, refusal] = await once(open({}), 'unexpected-response')
    expect(refusal.statusCode).toBe(401)
    // crossws encodes it.
    expect(decodeURIComponent(refusal.headers['www-authenticate'])).toBe('Bearer realm="authing"')
    const socket = open(bearer(pool.mint()))
    await once(socket, 'open')
    socket.send('hello')
    const [message] = await once(socket, 'message')
    expect(String(message)).toBe('you said hello')
    closeAll()
    await closed(server)
  })

  test('the functions answer with the identity, or with the refusal', async () => {
    const { handle } = (await read(block('getting-started', 'export async function handle'))).exported
    if (typeof handle !== 'function') throw new Error('the block exports no handle')
    const call = async (token: string): Promise<Response> =>
      handle(new Request('http://127.0.0.1/', { headers: bearer(token) }))
    expect(await (await call(pool.mint({ scope: 'book:read' }))).json()).toMatchObject({ userId })
    expect(await call(pool.mint({ type: 'id_token' }))).toMatchObject({ status: 403 })
  })
})

describe('forward auth', () => {
  test('the two addresses of the module answer what their guards say', async () => {
    const { default: handler } = (await read(block('forward-auth', 'forwardAuth('))).exported
    if (typeof handler !== 'function') throw new Error('the block exports no handler')
    const call = (path: string, token: string) =>
      ask((request, response) => void handler(request, response), path, {
        ...bearer(token),
        'X-Forwarded-Method': 'GET',
        'X-Forwarded-Uri': '/',
      })
    expect(await call('/auth', pool.mint())).toMatchObject({ status: 200 })
    expect(await call('/auth/books', pool.mint())).toMatchObject({ status: 403 })
    expect(await call('/auth/books', pool.mint({ scope: 'book:read' }))).toMatchObject({ status: 200 })
  })
})

describe('MCP servers', () => {
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } }
  const path = '/.well-known/oauth-protected-resource'

  test('the server tells a tool who calls, and serves the document that the page shows', async () => {
    const { express: app } = await read(block('mcp', 'new McpServer('))
    expect(await ask(app, '/mcp', {}, 'POST')).toMatchObject({ status: 401 })
    const { url, close } = await listen(app)
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const asked = { method: 'POST', headers: { ...headers, ...bearer(pool.mint()) }, body: JSON.stringify(call) }
    expect(await (await fetch(`${url}/mcp`, asked)).text()).toContain(userId)
    const document = await (await fetch(`${url}${path}/mcp`)).json()
    await close()
    const shown = readPage('docs/mcp.md').blocks.find(({ language }) => language === 'json')
    expect(document).toEqual(JSON.parse(shown?.code.replace('https://my-app.authing.cn/oidc', pool.issuer) ?? ''))
  })

  test('the web handler serves the document, and guards all else', async () => {
    const { default: worker } = (await read(block('mcp', 'metadata(request) ??'))).exported
    const get = async (path: string): Promise<Response> =>
      (worker as { fetch(request: Request): Promise<Response> }).fetch(new Request(`https://api.example.com${path}`))
    expect(await (await get(path)).json()).toMatchObject({ authorization_servers: [pool.issuer] })
    expect((await get('/')).status).toBe(401)
  })
})

describe('the mini program', () => {
  /** What a mini program has of WeChat, where every request goes to this API; and what was sent. */
  const weChat = (api: Express) => {
    const storage = new Map<string, unknown>()
    const sent: (string | undefined)[] = []
    const wx = {
      login: vi.fn(async () => ({ code: 'the code' })),
      getStorageSync: (key: string) => storage.get(key) ?? '',
      setStorageSync: (key: string, value: unknown) => storage.set(key, value),
      request: async ({ url, header, success }: { url: string; header: Record<string, string>; success: unknown }) => {
        sent.push(header['Authorization'])
        const { status, text } = await ask(api, new URL(url).pathname, header)
        if (typeof success === 'function') success({ statusCode: status, data: JSON.parse(text) })
      },
    }
    return { wx, storage, sent }
  }

  test('signs in where it has to, and calls the API with the access token', async () => {
    const apps = [{ appId, introspectionAuth: 'none' }] as const
    await using own = await createUserPool({ userPoolId, apps, users: [{ id: userId }] })
    const { express: api } = await read(blockOf('mini-program', "clientAuth: 'none'", own))
    const { wx, sent } = weChat(api)
    const { callApi } = (await read(blockOf('mini-program', 'clearLoginState()', own), { globals: { wx } })).exported
    if (typeof callApi !== 'function') throw new Error('the block exports no callApi')
    const signIns = () => own.requests.filter(({ path }) => path === '/api/v3/signin-by-mobile').length

    const answers = await Promise.all([callApi('/me'), callApi('/balance')])
    expect(answers).toEqual([
      { statusCode: 200, data: { userId, scopes: ['openid', 'profile'] } },
      { statusCode: 200, data: 0 },
    ])
    expect(signIns()).toBe(1)
    expect(sent).toEqual(Array(2).fill(expect.stringMatching(/^Bearer ey/)))

    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() })
    own.revoke(String(sent[0]).slice('Bearer '.length))
    vi.advanceTimersByTime(11_000)
    expect(await callApi('/me')).toMatchObject({ statusCode: 200 })
    expect(signIns()).toBe(1)
    expect(await callApi('/balance')).toMatchObject({ statusCode: 200 })
    expect(signIns()).toBe(2)
    expect(sent).toHaveLength(5)
    vi.useRealTimers()
  })

  test('a cloud function answers { code, error } to whoever has no good token in the event, whatever the event is', async () => {
    const { main } = (await read(block('mini-program', 'exports.main'))).exported
    if (typeof main !== 'function') throw new Error('the block exports no main')
    expect(await main({ token: pool.mint() })).toEqual({ code: 0, userId })
    const unauthorized = { code: 401, error: 'unauthorized' }
    for (const event of [
      undefined,
      null,
      {},
      '',
      7,
      [],
      { token: '' },
      { token: null },
      { headers: bearer(pool.mint()) },
    ])
      expect(await main(event)).toEqual(unauthorized)
    const invalid = { code: 400, error: 'invalid_request' }
    for (const token of [7, true, {}, [pool.mint()], `Bearer ${pool.mint()}`])
      expect(await main({ token })).toEqual(invalid)
    for (const token of [pool.mint({ defect: 'expired' }), pool.mint({ type: 'id_token' })])
      expect(await main({ token })).toEqual({ code: 401, error: 'invalid_token' })
  })

  test('a cloud function answers an outage with 503', async () => {
    await using own = await createUserPool({ apps: [{ appId }] })
    const { main } = (await read(blockOf('mini-program', 'exports.main', own))).exported
    if (typeof main !== 'function') throw new Error('the block exports no main')
    own.goDown()
    expect(await main({ token: own.mint() })).toEqual({ code: 503, error: 'temporarily_unavailable' })
  })

  test('with the SDK before 5.x signs in where it has to, and calls the API with the user.token', async () => {
    const { express: api } = await read(block('mini-program', "accept: 'user_token'"))
    const { wx, storage, sent } = weChat(api)
    vi.stubGlobal('wx', wx)
    const { call } = (await read(block('mini-program', 'wx.login()'), { globals: { wx } })).exported
    if (typeof call !== 'function') throw new Error('the block exports no call')
    expect(await call('/me')).toEqual({ statusCode: 200, data: { userId, nickname: 'Ratty' } })
    expect(sent).toEqual([expect.stringMatching(/^Bearer ey/)])
    storage.set('_authing_token', pool.mint({ type: 'user_token', defect: 'expired' }))
    expect(await call('/me')).toMatchObject({ statusCode: 200 })
    expect(sent).toHaveLength(3)
    storage.clear()
    const answers = await Promise.all([call('/me'), call('/me')])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
    expect(wx.login).toHaveBeenCalledTimes(3)
    expect(await ask(api, '/me', { authorization: 'Bearer ' })).toMatchObject({ status: 400 })
    vi.unstubAllGlobals()
  })
})

describe('tokens', () => {
  test('a tenant has a guard of its own, by the host name', async () => {
    const { handleTenant } = (await read(block('tokens', 'handleTenant'))).exported
    if (typeof handleTenant !== 'function') throw new Error('the block exports no handleTenant')
    const call = async (host: string, token: string): Promise<number> =>
      (await handleTenant(new Request(`http://${host}/`, { headers: bearer(token) }))).status
    expect(await call('acme.example.com', pool.mint())).toBe(200)
    expect(await call('acme.example.com', pool.mint({ defect: 'expired' }))).toBe(401)
    expect(await call('other.example.com', pool.mint())).toBe(404)
  })

  test('the identity is what there is', async () => {
    const shown = JSON.parse(block('tokens', '"kind": "user"').code)
    const guard = guardOf(authingGuard({ issuer: pool.issuer, appId, now: () => shown.issuedAt * 1000 }))
    const claims = { iat: shown.issuedAt, exp: shown.expiresAt }
    const identity = await guard.verifyToken(pool.mint({ scope: 'openid book:read', claims }))
    expect(JSON.stringify(identity)).toBe(JSON.stringify(shown))
  })

  test('users and machines are greeted by their names', async () => {
    const { express: app } = await read(block('tokens', "'/hello'"))
    const greeting = async (options: MintOptions) => (await ask(app, '/hello', bearer(pool.mint(options)))).text
    expect(await greeting({ type: 'id_token' })).toBe('{"hello":"Ratty"}')
    expect(await greeting({ type: 'machine' })).toBe(`{"hello":"${accessKeyId}"}`)
  })

  test('nobody is greeted too, but a bad token is refused, and what is only yours is', async () => {
    const { express: app } = await read(block('tokens', 'maybeIdentityOf(req)'))
    expect(await ask(app, '/greeting')).toMatchObject({ status: 200, text: '{"hello":"stranger"}' })
    expect(await ask(app, '/greeting', bearer(pool.mint({ defect: 'expired' })))).toMatchObject({ status: 401 })
    expect(await ask(app, '/mine')).toMatchObject({ status: 401 })
    expect(await ask(app, '/mine', bearer(pool.mint()))).toMatchObject({ status: 200 })
  })

  test('several applications, machines and older tokens are let in, each by its own', async () => {
    const { exported } = await read(block('tokens', 'SHOP_APP_SECRET'), { returns: ['guard'] })
    const guard = guardOf(exported['guard'])
    const callers: readonly [MintOptions, object][] = [
      [{ type: 'id_token', appId: shop.appId }, { appId: shop.appId }],
      [{ type: 'access_token', appId: shop.appId }, { appId: shop.appId }],
      [{ type: 'machine' }, { kind: 'machine', clientId: accessKeyId }],
      [{ type: 'delegate' }, { kind: 'delegate', userId }],
      [{ type: 'legacy_user_token' }, { kind: 'user', userId }],
    ]
    for (const [token, who] of callers) {
      await expect(guard.verifyToken(pool.mint(token)), JSON.stringify(token)).resolves.toMatchObject(who)
    }
    const legacyAccess = pool.mint({ appId: shop.appId, defect: 'access_token_hs256' })
    await expect(guard.verifyToken(legacyAccess)).rejects.toMatchObject({ reason: 'wrong_algorithm' })
  })

  test('a token of another scheme is read, and Bearer is refused', async () => {
    const { express: app } = await read(block('tokens', 'Token|JWT'))
    app.get('/', (_req, res) => res.sendStatus(204))
    const statusOf = async (authorization: string) => (await ask(app, '/', { authorization })).status
    expect(await statusOf(`Token ${pool.mint()}`)).toBe(204)
    expect(await statusOf(`jwt ${pool.mint()}`)).toBe(204)
    for (const scheme of ['Bearer', 'Tokens', 'Token,']) expect(await statusOf(`${scheme} ${pool.mint()}`)).toBe(401)
    expect(await statusOf(`Token ${pool.mint({ defect: 'expired' })}`)).toBe(401)
    expect(await statusOf(`Token ${pool.mint()} ${pool.mint()}`)).toBe(401)
  })

  test('a cookie is read, and two tokens are refused', async () => {
    const { express: app } = await read(block('tokens', 'session='))
    app.get('/', (_req, res) => res.sendStatus(204))
    const cookie = { cookie: `theme=dark; session=${pool.mint()}` }
    expect(await ask(app, '/', cookie)).toMatchObject({ status: 204 })
    expect(await ask(app, '/', { ...cookie, ...bearer(pool.mint()) })).toMatchObject({ status: 400 })
    expect(await ask(app, '/')).toMatchObject({ status: 401 })
  })
})

describe('permissions', () => {
  const statusOf = async (app: Express, path: string, options: MintOptions, method = 'GET') =>
    (await ask(app, path, bearer(pool.mint(options)), method)).status

  test('scopes, roles and kinds open what they should', async () => {
    const { express: app } = await read(block('permissions', "roles: 'claim'"))
    expect(await statusOf(app, '/books', { scope: 'book:*' })).toBe(200)
    expect(await statusOf(app, '/books', { type: 'id_token' })).toBe(403)
    expect(await statusOf(app, '/admin', { claims: { roles: ['admin'] } })).toBe(200)
    expect(await statusOf(app, '/admin', {})).toBe(403)
    expect(await statusOf(app, '/sync', { type: 'machine' })).toBe(200)
    expect(await statusOf(app, '/sync', {})).toBe(403)
  })

  test('the hook is asked about the resource of the request', async () => {
    const { express: app } = await read(block('permissions', 'owners'))
    expect(await statusOf(app, '/books/1', {}, 'DELETE')).toBe(204)
    expect(await statusOf(app, '/books/2', {}, 'DELETE')).toBe(403)
    expect(await statusOf(app, '/books/1', { userId: 'another' }, 'DELETE')).toBe(403)
  })

  test('the local user pool decides, by the variables that dev prints', async () => {
    const users = [{ id: userId, roles: ['admin'] }, { id: 'editor' }]
    const grants = [{ role: 'admin', resource: '*', action: '*' }]
    const own = await createUserPool({ userPoolId, apps: [{ appId }], users, grants, accessKeys: [{ accessKeyId }] })
    const [{ accessKeySecret } = { accessKeySecret: '' }] = own.accessKeys
    vi.stubEnv('AUTHING_ISSUER', own.issuer)
    vi.stubEnv('AUTHING_ACCESS_KEY_ID', accessKeyId)
    vi.stubEnv('AUTHING_ACCESS_KEY_SECRET', accessKeySecret)
    vi.stubEnv('AUTHING_MANAGEMENT_HOST', own.managementHost)
    const { express: app } = await read(block('permissions', 'AUTHING_MANAGEMENT_HOST'))
    const [admin, editor] = [userId, 'editor'].map((id) => bearer(own.mint({ userId: id })))
    const statuses = async (headers: Record<string, string> = {}) => [
      (await ask(app, '/books/1', headers, 'DELETE')).status,
      (await ask(app, '/admin', headers)).status,
    ]
    expect([await statuses(admin), await statuses(editor)]).toEqual([
      [204, 200],
      [403, 403],
    ])
    await own.close()
  })

  test('when compares the caller with the request', async () => {
    const { express: app } = await read(block('permissions', 'when:'))
    expect(await statusOf(app, `/users/${userId}`, {})).toBe(200)
    expect(await statusOf(app, '/users/another', {})).toBe(403)
  })
})

describe('profiles', () => {
  test('the caller is greeted by name, and all the same while there is no profile', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const { express: app } = await read(block('profile', "'/greeting'"))
    pool.goDown({ fault: 'error', path: '/me' })
    const greeting = async () => (await ask(app, '/greeting', bearer(pool.mint({ userId })))).text
    expect(await greeting()).toBe('{"hello":"you"}')
    expect(warn).toHaveBeenCalledWith('unavailable', expect.stringContaining('answered 500'))
    pool.comeUp()
    expect(await greeting()).toBe('{"hello":"Ratty"}')
  })

  test('a fetch handler tells an email that is verified', async () => {
    pool.addUser({ id: 'mole', email: 'mole@example.com', emailVerified: true })
    const { GET } = (await read(block('profile', 'export const GET'))).exported
    if (typeof GET !== 'function') throw new Error('the block exports no GET')
    const call = async (userId: string): Promise<Response> =>
      GET(new Request('http://127.0.0.1/', { headers: bearer(pool.mint({ userId })) }))
    expect(await (await call('mole')).json()).toEqual({ email: 'mole@example.com' })
    expect(await (await call(userId)).json()).toEqual({})
  })

  test('a job finds the address of an identity', async () => {
    const [{ accessKeySecret } = { accessKeySecret: '' }] = pool.accessKeys
    vi.stubEnv('AUTHING_ACCESS_KEY_ID', accessKeyId)
    vi.stubEnv('AUTHING_ACCESS_KEY_SECRET', accessKeySecret)
    pool.addUser({ id: 'mole', email: 'mole@example.com' })
    const made = block('profile', 'ofIdentity(')
    const code = made.code.replace("from: 'management',", `from: 'management', host: '${pool.managementHost}',`)
    const { exported } = await read({ ...made, code }, { returns: ['guard'] })
    const { addressOf } = exported
    if (typeof addressOf !== 'function') throw new Error('the block exports no addressOf')
    const identity = await guardOf(exported['guard']).verifyToken(pool.mint({ userId: 'mole', type: 'id_token' }))
    expect(await addressOf(identity)).toBe('mole@example.com')
  })
})

describe('testing', () => {
  test('tokens of each kind are made', async () => {
    const { tokens } = (await read(block('testing', 'olderMiniProgram:'))).exported
    expect(Object.values(tokens ?? {})).toEqual(Array(8).fill(expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]*$/)))
  })

  test('bad days can be had', async () => {
    const { pool: gone } = (await read(block('testing', 'pool.removeGrant('), { returns: ['pool'] })).exported
    await expect(fetch((gone as UserPool).jwksUri)).rejects.toThrow()
  })

  test('a user is blocked by a webhook', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue()
    const { exported } = await read(block('testing', 'webhook: {'), { more: { express: { default: expressItself } } })
    expect(exported).toEqual({ statuses: [200, 200, 401] })
    expect(log).toHaveBeenCalledExactlyOnceWith([200, 200, 401])
  })

  test('time passes without waiting', async () => {
    expect((await read(block('testing', 'now += 65_000'))).exported).toMatchObject({ refused: 'expired_token' })
  })
})

test('every block of code was run here, or is a file that another test runs', () => {
  expectAllRun(guides.map(([page]) => page).filter(({ path }) => ![...ofOperating, recipes].includes(path)))
})
