import { createUserPool, type UserPool } from 'authing-guard/testing'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const alice = { id: 'alice', nickname: 'Alice', phone: '13800000000' }

let pool: UserPool
beforeAll(async () => {
  pool = await createUserPool({
    apps: [{ appId: 'one', algorithm: 'ES256' }, { appId: 'two' }],
    layout: 'shared-issuer',
    users: [alice],
    accessKeys: [
      { accessKeyId: 'any key' },
      { accessKeyId: 'reader', accessKeySecret: `s:e+c r%${'x'.repeat(32)}`, scopes: ['book:read', 'message'] },
    ],
  })
})
afterAll(() => pool.close())

const post = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
  const response = await fetch(pool.host + path, { method: 'POST', body: new URLSearchParams(form), headers })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** RFC 6749 section 2.3.1. */
const basic = (id: string, secret: string) => {
  const encode = (text: string) => new URLSearchParams({ t: text }).toString().slice(2)
  return { authorization: `Basic ${btoa(`${encode(id)}:${encode(secret)}`)}` }
}

const grant = { grant_type: 'client_credentials' }

describe('discovery', () => {
  test('names every endpoint', async () => {
    const found = await (await fetch(`${pool.issuer}/.well-known/openid-configuration`)).json()
    expect(found).toMatchObject({
      issuer: pool.issuer,
      jwks_uri: pool.jwksUri,
      token_endpoint: `${pool.issuer}/token`,
      userinfo_endpoint: `${pool.issuer}/me`,
      introspection_endpoint: `${pool.issuer}/token/introspection`,
      revocation_endpoint: `${pool.issuer}/token/revocation`,
    })
    expect(found.id_token_signing_alg_values_supported).toContain('HS256')
    expect(found.claims_supported).toContain('phone_number_verified')
  })

  test('names a JWKS that verifies an issued token', async () => {
    const two = pool.apps[1]
    await jwtVerify(pool.mint({ appId: 'two' }), createRemoteJWKSet(new URL(two?.jwksUri ?? '')), { audience: 'two' })
  })
})

describe('client credentials', () => {
  test('give an access key its own token for an hour', async () => {
    const [key] = pool.accessKeys
    const client = { client_id: key?.accessKeyId ?? '', client_secret: key?.accessKeySecret ?? '' }
    const { status, body, headers } = await post('/oidc/token', {
      ...grant,
      ...client,
      scope: 'order:read  order:write',
    })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'order:read order:write',
    })
    const { iat = 0, ...claims } = decodeJwt(body.access_token)
    expect(claims).toMatchObject({ aud: 'any key', azp: 'one', scope: body.scope, exp: iat + 3600 })
    expect(claims).not.toHaveProperty('sub')
  })

  test('below an appId give a token of that application', async () => {
    const [, key] = pool.accessKeys
    const client = basic('reader', key?.accessKeySecret ?? '')
    const { body } = await post('/two/oidc/token', { ...grant }, client)
    expect(decodeJwt(body.access_token)).toMatchObject({ aud: 'reader', azp: 'two', scope: 'book:read message' })
  })

  test('drop and list refused scopes', async () => {
    const [, key] = pool.accessKeys
    const client = basic('reader', key?.accessKeySecret ?? '')
    const { body } = await post('/oidc/token', { ...grant, scope: 'book:read table message all' }, client)
    expect(body).toMatchObject({ scope: 'book:read message', rejected_scope: 'table all' })
    const { body: nothing } = await post('/oidc/token', { ...grant, scope: '' }, client)
    expect(nothing).toMatchObject({ scope: '' })
  })

  test('give an empty scope if the access key has no scopes and requests none', async () => {
    const [key] = pool.accessKeys
    const { body } = await post('/oidc/token', grant, basic('any key', key?.accessKeySecret ?? ''))
    expect(body.scope).toBe('')
  })

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['no credentials', {}, {}],
    ['a wrong secret', { client_id: 'reader', client_secret: 'wrong' }, {}],
    ['an unknown key', {}, basic('nobody', 'wrong')],
    ['a header that cannot be decoded', {}, { authorization: `Basic ${btoa('%:%')}` }],
  ])('are refused as invalid_client with %s', async (_, form, headers) => {
    const reply = await post('/oidc/token', { ...grant, ...form }, headers)
    expect(reply).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description: expect.any(String) },
    })
    expect(reply.headers.get('www-authenticate')).toMatch(/^Basic /)
  })

  test('are refused with an unknown grant type, and without one', async () => {
    expect(await post('/oidc/token', { grant_type: 'authorization_code' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    })
    expect(await post('/oidc/token', {})).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })
})

describe('userinfo', () => {
  const me = (authorization: string | undefined, method = 'GET', path = '/oidc/me') =>
    fetch(pool.host + path, { method, headers: authorization ? { authorization } : {} })

  test('is the profile of the user of an access token, null values included', async () => {
    for (const [method, appId] of [
      ['GET', 'one'],
      ['POST', 'two'],
    ] as const) {
      const response = await me(`Bearer ${pool.mint({ appId })}`, method)
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({
        sub: 'alice',
        nickname: 'Alice',
        phone_number: '13800000000',
        email: null,
      })
    }
  })

  test('has only what the scopes of the token grant, and needs openid', async () => {
    const claimsOf = async (scope: string) => {
      const response = await me(`Bearer ${pool.mint({ appId: 'one', scope })}`)
      return [response.status, await response.json()]
    }
    expect(await claimsOf('openid')).toEqual([200, { sub: 'alice' }])
    expect(await claimsOf('openid email')).toEqual([200, { sub: 'alice', email: null, email_verified: false }])
    expect(await claimsOf('openid phone')).toEqual([
      200,
      { sub: 'alice', phone_number: '13800000000', phone_number_verified: expect.any(Boolean) },
    ])
    const [, profile] = await claimsOf('openid profile constructor')
    expect(profile).toMatchObject({ sub: 'alice', nickname: 'Alice' })
    expect(profile).not.toHaveProperty('email')
    expect(profile).not.toHaveProperty('phone_number')
    expect(await claimsOf('book:read')).toMatchObject([403, { error: 'insufficient_scope' }])
  })

  test('refuses every other token', async () => {
    const others = [
      undefined,
      'Bearer',
      pool.mint(),
      `Bearer ${pool.mint({ defect: 'expired' })}`,
      `Bearer ${pool.mint({ type: 'machine' })}`,
      `Bearer ${pool.mint({ type: 'id_token' })}`,
    ]
    for (const authorization of others) {
      const response = await me(authorization)
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ error: 'invalid_token' })
    }
  })

  test('accepts below an appId only tokens of that application', async () => {
    expect((await me(`Bearer ${pool.mint({ appId: 'one' })}`, 'GET', '/two/oidc/me')).status).toBe(401)
  })
})
