import { createUserPool, type Defect, type MintOptions, type UserPool } from 'authing-guard/testing'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let time = 1_700_000_000_000
let pool: UserPool
beforeAll(async () => {
  pool = await createUserPool({
    apps: [
      { appId: 'post', algorithm: 'ES256', introspectionAuth: 'client_secret_post' },
      { appId: 'basic', algorithm: 'ES256', introspectionAuth: 'client_secret_basic' },
      { appId: 'open', algorithm: 'HS256', introspectionAuth: 'none' },
    ],
    layout: 'path-per-app',
    users: [{ id: 'active' }, { id: 'suspended', status: 'Suspended' }],
    now: () => time,
  })
})
afterAll(() => pool.close())

type Form = Readonly<Record<string, string>>
const secretOf = (appId: string) => pool.apps.find((app) => app.appId === appId)?.appSecret ?? ''
const post = async (path: string, form: Form, headers: Form = {}) => {
  const response = await fetch(pool.host + path, { method: 'POST', body: new URLSearchParams(form), headers })
  return { status: response.status, body: await response.json() }
}
const client = () => ({ client_id: 'post', client_secret: secretOf('post') })
const introspect = (token: string, more: Form = {}) =>
  post('/post/oidc/token/introspection', { ...client(), token, ...more })
const inactive = { status: 200, body: { active: false } }

describe('an active token', () => {
  test('is reported as Authing does', async () => {
    const token = pool.mint({ userId: 'active', scope: 'openid book:read' })
    const { jti } = decodeJwt(token)
    const iat = time / 1000
    const { body } = await introspect(token)
    expect(JSON.stringify(body)).toBe(
      JSON.stringify({
        active: true,
        sub: 'active',
        client_id: 'post',
        exp: iat + 1_209_600,
        iat,
        iss: pool.host,
        jti,
        scope: 'openid book:read',
        token_type: 'Bearer',
      }),
    )
  })

  test('of a machine has no subject', async () => {
    const { body } = await introspect(pool.mint({ type: 'machine' }), { strict: 'true' })
    expect(body).toMatchObject({ active: true, client_id: 'post' })
    expect(body).not.toHaveProperty('sub')
  })

  test('of an old key is active while the key is published', async () => {
    const token = pool.mint()
    await pool.rotateKeys({ keepOld: true })
    expect(await introspect(token)).toMatchObject({ body: { active: true } })
    await pool.rotateKeys()
    expect(await introspect(token)).toEqual(inactive)
  })
})

describe('an inactive token', () => {
  test.each<Defect>([
    'expired',
    'not_yet_valid',
    'no_expiry',
    'other_issuer',
    'other_application',
    'bad_signature',
    'other_key',
    'unknown_key',
    'no_algorithm',
    'public_key_as_secret',
    'embedded_key',
    'critical_header',
    'unencoded_payload',
    'encrypted',
    'other_token_type',
    'access_token_hs256',
    'truncated',
    'garbage',
  ])('%s', async (wrong) => {
    expect(await introspect(pool.mint({ defect: wrong }))).toEqual(inactive)
  })

  test.each<MintOptions>([
    { type: 'id_token' },
    { type: 'user_token' },
    { type: 'legacy_user_token' },
    { appId: 'basic' },
    { claims: { scope: undefined } },
    { claims: { iat: undefined } },
  ])('is one that is minted with %j', async (options) => {
    expect(await introspect(pool.mint(options))).toEqual(inactive)
  })

  test('is one that the pool or its client has revoked', async () => {
    const first = pool.mint()
    pool.revoke(first)
    expect(await introspect(first)).toEqual(inactive)
    const second = pool.mint()
    expect(await introspect(second)).toMatchObject({ body: { active: true } })
    expect((await post('/post/oidc/token/revocation', { client_id: 'post', token: second })).status).toBe(200)
    expect(await introspect(second)).toEqual(inactive)
  })

  test('is an expired one', async () => {
    const token = pool.mint({ expiresIn: 60 })
    time += 59_000
    expect(await introspect(token)).toMatchObject({ body: { active: true } })
    time += 1_000
    expect(await introspect(token)).toEqual(inactive)
  })

  test('is, with strict, one whose user is missing or not activated', async () => {
    for (const [userId, active] of [
      ['active', true],
      ['suspended', false],
      ['stranger', false],
    ] as const) {
      const token = pool.mint({ userId })
      expect(await introspect(token)).toMatchObject({ body: { active: true } })
      expect(await introspect(token, { strict: 'true' })).toMatchObject({ body: { active } })
    }
  })
})

describe('client authentication', () => {
  const ask = (appId: string, form: Form, headers: Form = {}) =>
    post(`/${appId}/oidc/token/introspection`, { token: pool.mint({ appId }), ...form }, headers)
  const basic = (appId: string) => ({ authorization: `Basic ${btoa(`${appId}:${secretOf(appId)}`)}` })

  test('is of any kind by default, but a secret that is sent must be right', async () => {
    const own = await createUserPool()
    const [{ appId, appSecret } = { appId: '', appSecret: '' }] = own.apps
    const token = own.mint()
    const ask = async (form: Form, headers: Form = {}) => {
      const url = `${own.issuer}/token/introspection`
      return (await fetch(url, { method: 'POST', body: new URLSearchParams({ token, ...form }), headers })).status
    }
    const basic = (secret: string) => ({ authorization: `Basic ${btoa(`${appId}:${secret}`)}` })
    expect(await ask({ client_id: appId })).toBe(200)
    expect(await ask({ client_id: appId, client_secret: appSecret })).toBe(200)
    expect(await ask({}, basic(appSecret))).toBe(200)
    expect(await ask({ client_id: appId, client_secret: 'wrong' })).toBe(401)
    expect(await ask({}, basic('wrong'))).toBe(401)
    expect(await ask({ client_id: 'another' })).toBe(401)
    expect(await ask({})).toBe(401)
    await own.close()
  })

  test('with client_secret_post is in the body only', async () => {
    expect(await ask('post', client())).toMatchObject({ status: 200, body: { active: true } })
    expect(await ask('post', {}, basic('post'))).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect((await ask('post', { ...client(), client_secret: 'wrong' })).status).toBe(401)
    expect((await ask('post', { client_id: 'post' })).status).toBe(401)
  })

  test('with client_secret_basic is in the header only', async () => {
    expect(await ask('basic', {}, basic('basic'))).toMatchObject({ status: 200, body: { active: true } })
    expect((await ask('basic', { client_id: 'basic', client_secret: secretOf('basic') })).status).toBe(401)
    expect((await ask('basic', {}, basic('post'))).status).toBe(401)
  })

  test('with none is the id only', async () => {
    expect(await ask('open', { client_id: 'open' })).toMatchObject({ status: 200, body: { active: true } })
    expect((await ask('open', { client_id: 'post' })).status).toBe(401)
  })

  test('does not help a request without a token', async () => {
    const { status, body } = await post('/post/oidc/token/introspection', client())
    expect({ status, body }).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })
})

describe('revocation', () => {
  const revoke = (form: Form) => post('/post/oidc/token/revocation', form)

  test('refuses a wrong client and a missing token', async () => {
    expect((await revoke({ client_id: 'nobody', token: 'x' })).status).toBe(401)
    expect((await revoke({ client_id: 'post', client_secret: 'wrong', token: 'x' })).status).toBe(401)
    expect((await revoke(client())).status).toBe(400)
  })

  test('gives the same answer for a token that is not of the client', async () => {
    const other = pool.mint({ appId: 'basic' })
    expect((await revoke({ ...client(), token: other })).status).toBe(200)
    const authorization = `Basic ${btoa(`basic:${secretOf('basic')}`)}`
    expect(await post('/basic/oidc/token/introspection', { token: other }, { authorization })).toMatchObject({
      body: { active: true },
    })
  })
})

describe('an opaque token', () => {
  const look = (token: string, appId = 'open') =>
    post(`/${appId}/oauth/token/introspection`, { client_id: appId, token })
  const me = (token: string) => fetch(`${pool.host}/open/oauth/me`, { headers: { authorization: `Bearer ${token}` } })

  test('is 40 hex characters that only the pool knows', async () => {
    const token = pool.mintOpaque({ appId: 'open', userId: 'active', scope: 'user book', expiresIn: 60 })
    expect(token).toMatch(/^[0-9a-f]{40}$/)
    const iat = time / 1000
    expect((await look(token)).body).toEqual({
      active: true,
      sub: 'active',
      client_id: 'open',
      exp: iat + 60,
      iat,
      iss: `${pool.host}/oauth`,
      jti: expect.any(String),
      scope: 'user book',
      token_type: 'Bearer',
    })
    expect(await (await me(token)).json()).toMatchObject({ sub: 'active' })
  })

  test('is for the first application and user, and valid for two weeks', async () => {
    const { body } = await post('/post/oauth/token/introspection', { ...client(), token: pool.mintOpaque() })
    expect(body).toMatchObject({ sub: 'active', scope: 'user', exp: body.iat + 1_209_600 })
  })

  test('is inactive when it is expired, revoked, unknown, or of another application', async () => {
    const good = pool.mintOpaque({ appId: 'open' })
    const others = [pool.mintOpaque({ appId: 'open', expiresIn: 0 }), pool.mintOpaque(), 'f'.repeat(40)]
    for (const token of others) expect(await look(token)).toEqual(inactive)
    expect((await post('/open/oauth/token/revocation', { client_id: 'open', token: good })).status).toBe(200)
    expect(await look(good)).toEqual(inactive)
    expect((await me(good)).status).toBe(401)
  })

  test('is refused with a TypeError on an unknown option, an unknown application or a bad value', () => {
    expect(() => pool.mintOpaque({ type: 'x' } as object)).toThrow("has no 'type'")
    expect(() => pool.mintOpaque({ appId: 'nobody' })).toThrow("no application 'nobody'")
    expect(() => pool.mintOpaque({ expiresIn: '1' } as object)).toThrow('expiresIn must be a finite number')
  })
})
