import diagnostics from 'node:diagnostics_channel'
import * as functions from 'authing-guard'
import * as door from 'authing-guard/express'
import * as testing from 'authing-guard/testing'
import express, { type Express } from 'express'
import { Keyv } from 'keyv'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createApp } from '../../examples/express.js'
import { listen } from '../../examples/listen.js'
import { type Block, readPage } from './markdown.js'
import { type Around, run } from './run.js'

// What the blocks of the README say; the local user pool is made to fit.
const appId = '5f17a529f64fb009b794a2ff'
const shop = { appId: '600a8f4e37708b363024a3ca', appSecret: 'the secret of the shop application' }
const accessKeyId = '6050751aed0f29bf7723c7a8'
const userPoolId = '59f86b4832eb28071bdd9214'
const userId = '5f9976a7389b6dccb23a4c54'
const jwtSecret = "the user pool's own secret, for older tokens"

let pool: testing.UserPool
beforeAll(async () => {
  pool = await testing.createUserPool({
    userPoolId,
    jwtSecret,
    apps: [{ appId }, { ...shop, algorithm: 'HS256' }],
    accessKeys: [{ accessKeyId }],
    users: [{ id: userId, nickname: 'Ratty' }],
  })
})
beforeEach(() => {
  vi.stubEnv('AUTHING_ISSUER', pool.issuer)
  vi.stubEnv('AUTHING_APP_ID', appId)
  vi.stubEnv('SHOP_APP_SECRET', shop.appSecret)
  vi.stubEnv('POOL_JWT_SECRET', jwtSecret)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})
afterAll(() => pool.close())

const english = readPage('README.md')

/** The block that holds these words, with the local user pool in place of Authing. */
function blockWith(words: string): Block {
  const [block, another] = english.blocks.filter(({ code }) => code.includes(words))
  if (block === undefined || another !== undefined) throw new Error(`no single block of the README has ${words}`)
  const local = (code: string, issuer: string, at: number) => code.replaceAll(issuer, pool.apps[at]?.issuer ?? issuer)
  const code = local(local(block.code, 'https://my-app.authing.cn/oidc', 0), 'https://shop.authing.cn/oidc', 1)
  return { ...block, code }
}

/** Runs a block; resolves with the app that it made, and whatever it exports or names in `returns`. */
async function runIn(block: Block, { globals = {}, returns = [] }: Partial<Around & { returns: string[] }> = {}) {
  const app: Express = express()
  // The block would take the port that it says.
  const makeApp = () => Object.assign(app, { listen: () => {} })
  const modules = {
    'authing-guard': functions,
    'authing-guard/express': door,
    'authing-guard/testing': testing,
    // Without a server, in memory.
    '@keyv/redis': { default: class extends Map {} },
    keyv: { Keyv },
    express: { default: makeApp },
    './app.js': { createApp },
  }
  const exported = await run(block, { modules, globals }, returns)
  return { app, exported }
}

/** Asks an app; resolves with status and body. */
async function ask(app: Express, path: string, token?: string, method = 'GET') {
  const { url, close } = await listen(app)
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const response = await fetch(url + path, { method, headers })
  const answer = { status: response.status, text: await response.text() }
  await close()
  return answer
}

const isGuard = (value: unknown): value is functions.Guard =>
  typeof value === 'function' && 'authenticate' in value && 'health' in value

/** The guard that a block calls `guard`. */
async function guardOf(block: Block): Promise<functions.Guard> {
  const { guard } = (await runIn(block, { returns: ['guard'] })).exported
  if (!isGuard(guard)) throw new Error('the block makes no guard')
  return guard
}

describe('the block of the README', () => {
  test('on Express lets in whom it should', async () => {
    const { app } = await runIn(blockWith('app.listen(3000)'))
    expect(await ask(app, '/me')).toMatchObject({ status: 401 })
    const me = await ask(app, '/me', pool.mint({ type: 'id_token' }))
    expect(me).toMatchObject({ status: 200, text: expect.stringContaining(userId) })
    expect(await ask(app, '/books', pool.mint({ type: 'id_token' }))).toMatchObject({ status: 403 })
    expect(await ask(app, '/books', pool.mint({ scope: 'book:read' }))).toMatchObject({ status: 200 })
  })

  test('on the mini program sends a header that the guard reads', async () => {
    const sent: { url: string; header: { Authorization: string } }[] = []
    const token = pool.mint({ type: 'user_token' })
    const wx = {
      request: (options: (typeof sent)[number]) => sent.push(options),
      getStorageSync: (key: string) => (key === '_authing_token' ? token : ''),
    }
    await runIn(blockWith('wx.request'), { globals: { wx } })
    const guard = functions.createGuard({ issuer: pool.issuer, appId })
    expect(await guard.authenticate(sent[0]?.header.Authorization)).toMatchObject({ userId })
  })

  test('on the identity is what there is', async () => {
    const shown = JSON.parse(blockWith('"kind": "user"').code)
    const guard = functions.createGuard({ issuer: pool.issuer, appId, now: () => shown.issuedAt * 1000 })
    const claims = { iat: shown.issuedAt, exp: shown.expiresAt }
    const identity = await guard.verifyToken(pool.mint({ scope: 'openid book:read', claims }))
    expect(JSON.parse(JSON.stringify(identity))).toEqual(shown)
  })

  test('on kinds greets users and machines', async () => {
    const app = express().use(door.authingGuard({ issuer: pool.issuer, appId, accessKeys: 'any' }))
    await runIn(blockWith("'/hello'"), { globals: { app } })
    expect((await ask(app, '/hello', pool.mint({ type: 'id_token' }))).text).toBe('{"hello":"Ratty"}')
    expect((await ask(app, '/hello', pool.mint({ type: 'access_token' }))).text).toBe(`{"hello":"${userId}"}`)
    expect((await ask(app, '/hello', pool.mint({ type: 'machine' }))).text).toBe(`{"hello":"${accessKeyId}"}`)
  })

  test('on permissions asks the hook about the resource of the request', async () => {
    const app = express()
    await runIn(blockWith('owners'), { globals: { app } })
    const remove = async (book: string, token: string) => (await ask(app, book, token, 'DELETE')).status
    expect(await remove('/books/1', pool.mint())).toBe(204)
    expect(await remove('/books/2', pool.mint())).toBe(403)
    expect(await remove('/books/1', pool.mint({ userId: 'another' }))).toBe(403)
  })

  test('on refusals answers in JSON', async () => {
    const app = express().use(door.authingGuard({ issuer: pool.issuer, appId }))
    await runIn(blockWith('answerRefusals'), { globals: { app } })
    const { status, text } = await ask(app, '/', pool.mint({ wrong: 'expired' }))
    expect({ status, body: JSON.parse(text) }).toEqual({
      status: 401,
      body: { error: 'invalid_token', error_description: expect.any(String) },
    })
  })

  test('on events logs refusals and failed fetches', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const error = vi.spyOn(console, 'error').mockReturnValue()
    const guard = await guardOf(blockWith('event.error)'))
    await expect(guard.verifyToken(pool.mint({ type: 'id_token' }))).rejects.toMatchObject({ reason: 'not_admitted' })
    expect(warn).toHaveBeenCalledWith(401, 'not_admitted', expect.stringContaining('id_token'))
    const another = await guardOf(blockWith('event.error)'))
    pool.goDown()
    await another.ready()
    pool.comeUp()
    expect(error).toHaveBeenCalledWith(pool.issuer, 'unavailable', expect.any(String))
  })

  test('on the channel tells when keys were rotated', async () => {
    const info = vi.spyOn(console, 'info').mockReturnValue()
    const subscribe = vi.fn(diagnostics.subscribe)
    const { code } = blockWith("subscribe('authing-guard'")
    await run({ language: 'ts', code }, { modules: { 'node:diagnostics_channel': { subscribe } } })
    let time = Date.now()
    const guard = functions.createGuard({ issuer: pool.issuer, appId, now: () => time })
    await guard.verifyToken(pool.mint())
    await pool.rotateKeys({ keepOld: true })
    time += 580_000
    await guard.verifyToken(pool.mint())
    for (const [name, subscriber] of subscribe.mock.calls) diagnostics.unsubscribe(name, subscriber)
    expect(info).toHaveBeenCalledExactlyOnceWith([{ issuer: pool.issuer, appId }], [expect.any(String)], [])
  })

  test('on watching lets everybody pass, and logs whom it would have refused', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const app = express()
    const block = blockWith('guard.observe(')
    const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    await runIn({ ...block, code: block.code.replaceAll('2026-01-31', soon) }, { globals: { app } })
    app.get('/books', (req, res) => void res.json(door.maybeIdentityOf(req) ?? 'nobody'))
    expect(await ask(app, '/books', pool.mint({ scope: 'openid' }))).toEqual({ status: 200, text: '"nobody"' })
    const told = [['insufficient_scope', expect.stringContaining('book:read')]]
    await vi.waitFor(() => expect(warn.mock.calls).toEqual(told))
  })

  test('on outages tells its health without a token', async () => {
    const { app } = await runIn(blockWith("'/health'"))
    expect(await ask(app, '/health')).toEqual({ status: 200, text: '{"keys":"fresh"}' })
    expect(await ask(app, '/')).toMatchObject({ status: 401 })
  })

  test('on many machines revokes a user, and refuses their tokens from then on', async () => {
    vi.stubEnv('STORE_SECRET', 'a secret that only the instances know')
    const app = express()
    await runIn(blockWith('STORE_SECRET'), { globals: { app } })
    const suspend = async (id: string, token: string) =>
      (await ask(app, `/members/${id}/suspend`, token, 'POST')).status
    const admin = pool.mint({ scope: 'member:suspend' })
    expect(await suspend('somebody', admin)).toBe(204)
    expect(await suspend(userId, admin)).toBe(204)
    expect(await suspend('somebody', admin)).toBe(401)
  })

  test('on several applications lets in each kind of caller', async () => {
    const guard = await guardOf(blockWith('SHOP_APP_SECRET'))
    const callers: readonly [testing.MintOptions, object][] = [
      [{ type: 'id_token' }, { appId, userId }],
      [
        { type: 'id_token', appId: shop.appId },
        { appId: shop.appId, userId },
      ],
      [
        { type: 'access_token', appId: shop.appId },
        { appId: shop.appId, userId },
      ],
      [{ type: 'machine' }, { kind: 'machine', clientId: accessKeyId }],
      [{ type: 'delegate' }, { kind: 'delegate', clientId: accessKeyId, userId }],
      [{ type: 'legacy_user_token' }, { kind: 'user', userId, userPoolId }],
    ]
    for (const [token, who] of callers) {
      const bare = pool.mint(token)
      await expect(guard.authenticate(`Bearer ${bare}`), JSON.stringify(token)).resolves.toMatchObject(who)
    }
    const stranger = pool.mint({ type: 'machine', accessKeyId: 'another' })
    await expect(guard.verifyToken(stranger)).rejects.toMatchObject({ reason: 'not_admitted' })
  })

  test('on functions answers with the identity, or with the refusal', async () => {
    const { handle } = (await runIn(blockWith('createGuard()'))).exported
    if (typeof handle !== 'function') throw new Error('the block exports no handle')
    const call = async (token: string): Promise<Response> =>
      handle(new Request('http://127.0.0.1/', { headers: { authorization: `Bearer ${token}` } }))
    expect(await (await call(pool.mint({ scope: 'book:read' }))).json()).toMatchObject({ userId })
    expect(await call(pool.mint({ type: 'id_token' }))).toMatchObject({ status: 403 })
  })

  test('on tests runs, and makes tokens of each kind', async () => {
    const { tokens } = (await runIn(blockWith('./app.js'), { returns: ['tokens'] })).exported
    expect(Object.values(tokens ?? {})).toEqual(Array(5).fill(expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]*$/)))
  })
})
