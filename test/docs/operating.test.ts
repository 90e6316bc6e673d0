import diagnostics from 'node:diagnostics_channel'
import { createGuard } from 'authing-guard'
import { maybeIdentityOf } from 'authing-guard/express'
import { createUserPool } from 'authing-guard/testing'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { listen } from '../../examples/listen.js'
import { guides, ofOperating } from './pages.js'
import { appId, ask, bearer, blockOf, expectAllRun, guardOf, read, reading, userId } from './reader.js'

// What the blocks do of those guides in docs/ that are on operating an API.

const { pool, block } = await reading()

describe('production', () => {
  test('the server tells its health, and logs refusals and keys', async () => {
    const logs = (['warn', 'error', 'info'] as const).map((name) => vi.spyOn(console, name).mockReturnValue())
    const { express: app } = await read(block('production', 'guard.ready('))
    expect(await ask(app, '/health')).toEqual({ status: 200, text: '{"keys":"fresh"}' })
    expect(await ask(app, '/', bearer(pool.mint({ type: 'id_token' })))).toMatchObject({ status: 401 })
    const old = pool.mint({ claims: { iat: Math.floor(Date.now() / 1000) - 90_000 } })
    expect(await ask(app, '/', bearer(old))).toMatchObject({ status: 401 })
    expect(logs[0]?.mock.calls.map(([, reason]) => reason)).toEqual(['not_admitted', 'expired_token'])
    expect(logs[2]).toHaveBeenCalledWith(pool.issuer, [expect.any(String)], [])
    pool.goDown()
    await read(block('production', 'guard.ready('))
    pool.comeUp()
    expect(logs[1]).toHaveBeenCalledWith(pool.issuer, 'unavailable', expect.any(String))
  })

  test('the keys can come from a file, and nothing is fetched', async () => {
    const fs = { readFileSync: (name: string) => (name === 'jwks.json' ? JSON.stringify(pool.jwks()) : '') }
    const { exported } = await read(block('production', "'jwks.json'"), { more: { 'node:fs': fs } })
    const token = pool.mint({ userId })
    pool.goDown()
    expect(await guardOf(exported['guard']).verifyToken(token)).toHaveProperty('userId', userId)
  })

  test('a key is distrusted by its kid', async () => {
    const { code, language } = block('production', 'distrustKey(')
    const [{ kid = '' } = {}] = pool.jwks().keys
    const { exported } = await read(
      { language, code: code.replace(/'TfLOt3[^']+'/, `'${kid}'`) },
      { returns: ['guard'] },
    )
    await expect(guardOf(exported['guard']).verifyToken(pool.mint())).rejects.toMatchObject({ reason: 'unknown_key' })
  })
})

describe('events', () => {
  test('refusals and failed fetches are logged', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const error = vi.spyOn(console, 'error').mockReturnValue()
    const make = async () =>
      guardOf((await read(block('events', 'event.error)'), { returns: ['guard'] })).exported['guard'])
    const guard = await make()
    await expect(guard.verifyToken(pool.mint({ type: 'id_token' }))).rejects.toMatchObject({ reason: 'not_admitted' })
    expect(warn).toHaveBeenCalledWith(401, 'not_admitted', expect.stringContaining('id_token'))
    const another = await make()
    pool.goDown()
    await another.ready()
    expect(error).toHaveBeenCalledWith(pool.issuer, 'unavailable', expect.any(String))
  })

  test('the channel tells when keys were rotated', async () => {
    const info = vi.spyOn(console, 'info').mockReturnValue()
    const subscribe = vi.spyOn(diagnostics, 'subscribe')
    await read(block('events', "subscribe('authing-guard'"))
    let time = Date.now()
    const guard = createGuard({ issuer: pool.issuer, appId, now: () => time })
    await guard.verifyToken(pool.mint())
    await pool.rotateKeys({ keepOld: true })
    time += 580_000
    await guard.verifyToken(pool.mint())
    for (const [name, subscriber] of subscribe.mock.calls) diagnostics.unsubscribe(name, subscriber)
    expect(info).toHaveBeenCalledExactlyOnceWith([{ issuer: pool.issuer, appId }], [expect.any(String)], [])
  })

  test('observing admits every request, and logs those that the guard would have refused', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const { language, code } = block('events', 'guard.observe(')
    const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    const { express: app } = await read({ language, code: code.replaceAll('2026-01-31', soon) })
    app.get('/caller', (req, res) => void res.json(maybeIdentityOf(req) ?? 'nobody'))
    const token = pool.mint({ scope: 'openid' })
    expect(await ask(app, '/books', bearer(token))).toMatchObject({ status: 200 })
    expect(await ask(app, '/caller', bearer(token))).toEqual({ status: 200, text: '"nobody"' })
    const told = [['insufficient_scope', expect.stringContaining('book:read')]]
    await vi.waitFor(() => expect(warn.mock.calls).toEqual(told))
  })
})

describe('introspection', () => {
  test('access tokens of an application without a secret are asked about, and only they are admitted', async () => {
    const pool = await createUserPool({ apps: [{ appId, introspectionAuth: 'none' }], users: [{ id: userId }] })
    const { express: app } = await read(blockOf('introspection', "clientAuth: 'none'", pool))
    const token = pool.mint({ type: 'access_token', userId })
    const known = await ask(app, '/me', bearer(token))
    expect(known).toMatchObject({ status: 200, text: expect.stringContaining(`"userId":"${userId}"`) })
    expect(await ask(app, '/me', bearer(pool.mint({ type: 'id_token' })))).toMatchObject({ status: 401 })
    const revoked = pool.mint({ type: 'access_token', userId })
    pool.revoke(revoked)
    expect(await ask(app, '/me', bearer(revoked))).toMatchObject({ status: 401 })
    await pool.close()
  })

  test('opaque tokens are asked about, and JWTs where money moves', async () => {
    const [{ appSecret } = { appSecret: '' }] = pool.apps
    vi.stubEnv('AUTHING_CLIENT_SECRET', appSecret)
    const { express: app } = await read(block('introspection', 'AUTHING_CLIENT_SECRET'))
    const [opaque, jwt] = [pool.mintOpaque({ userId }), pool.mint()]
    const statuses = async () => [
      (await ask(app, '/me', bearer(opaque))).status,
      (await ask(app, '/me', bearer(jwt))).status,
      (await ask(app, '/transfers', bearer(jwt), 'POST')).status,
    ]
    pool.revoke(jwt)
    expect(await statuses()).toEqual([200, 200, 401])
    expect(await ask(app, '/transfers', bearer(pool.mint()), 'POST')).toMatchObject({ status: 204 })
    const later = pool.mintOpaque()
    pool.revoke(later)
    expect(await ask(app, '/me', bearer(later))).toMatchObject({ status: 401 })
  })
})

describe('many machines', () => {
  test('a user is revoked, and their tokens are refused from then on', async () => {
    vi.stubEnv('STORE_SECRET', 'a secret that only the instances know')
    const { express: app } = await read(block('many-machines', 'STORE_SECRET'))
    const suspend = async (id: string, token: string) =>
      (await ask(app, `/members/${id}/suspend`, bearer(token), 'POST')).status
    const admin = pool.mint({ scope: 'member:suspend' })
    expect(await suspend('somebody', admin)).toBe(204)
    expect(await suspend(userId, admin)).toBe(204)
    expect(await suspend('somebody', admin)).toBe(401)
  })
})

describe('webhooks', () => {
  const secret = 'the request secret of the webhook'
  const headers = { 'content-type': 'application/json', 'x-authing-webhook-secret': secret }
  const body = JSON.stringify({ eventName: 'user:blocked', data: { user: { id: userId } } })
  beforeEach(() => {
    vi.stubEnv('STORE_SECRET', 'a secret that only the instances know')
    vi.stubEnv('WEBHOOK_SECRET', secret)
  })

  test('a webhook ends the tokens of a user that was blocked, and of no other', async () => {
    const { express: app } = await read(block('webhooks', "app.post('/authing-webhook', webhook)"))
    app.get('/', (_, response) => void response.send('in'))
    const token = pool.mint({ userId })
    expect(await ask(app, '/', bearer(token))).toMatchObject({ status: 200 })
    const { url, close } = await listen(app)
    const answer = await fetch(`${url}/authing-webhook`, { method: 'POST', headers, body })
    expect([answer.status, await answer.json()]).toEqual([200, { result: 'revoked' }])
    await close()
    expect(await ask(app, '/', bearer(token))).toMatchObject({ status: 401 })
  })

  test('a web handler does the same', async () => {
    const { POST } = (await read(block('webhooks', 'export const POST'))).exported
    if (typeof POST !== 'function') throw new Error('the block exports no POST')
    const request = (secret: string) =>
      new Request('https://api.example.com/', {
        method: 'POST',
        headers: { ...headers, 'x-authing-webhook-secret': secret },
        body,
      })
    expect((await POST(request('wrong'))).status).toBe(401)
    expect((await POST(request(secret))).status).toBe(200)
  })
})

test('every block of code was run here', () => {
  expectAllRun(guides.map(([page]) => page).filter(({ path }) => ofOperating.includes(path)))
})
