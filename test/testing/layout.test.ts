import { createUserPool, type Layout } from 'authing-guard/testing'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'

const apps = [{ appId: 'one' }, { appId: 'two', algorithm: 'HS256' }] as const
const start = (layout: Layout) => createUserPool({ layout, apps })
const get = async (url: string) => {
  const response = await fetch(url)
  return { status: response.status, body: await response.json() }
}

describe('domain-per-app', () => {
  test('gives each application its own port, issuer and JWKS', async () => {
    await using pool = await start('domain-per-app')
    const [one, two] = pool.apps
    expect(one?.host).not.toBe(two?.host)
    for (const app of pool.apps) {
      expect(app.issuer).toBe(`${app.host}/oidc`)
      expect(await get(app.jwksUri)).toEqual({ status: 200, body: pool.jwks(app.appId) })
      expect(decodeJwt(pool.mint({ appId: app.appId }))).toMatchObject({ iss: app.issuer, aud: app.appId })
    }
    expect((await get(`${pool.host}/one/oidc/.well-known/jwks.json`)).status).toBe(404)
  })

  test('lists every application in the guard options, with a secret only if it signs', async () => {
    await using pool = await start('domain-per-app')
    const [one, two] = pool.apps
    expect(pool.guardOptions).toEqual({
      apps: [
        { issuer: one?.issuer, appId: 'one' },
        { issuer: two?.issuer, appId: 'two', appSecret: two?.appSecret },
      ],
    })
  })
})

describe('shared-issuer', () => {
  test('has one issuer for all, and serves the JWKS only below the appId', async () => {
    await using pool = await start('shared-issuer')
    expect(pool.apps.map((app) => app.issuer)).toEqual([`${pool.host}/oidc`, `${pool.host}/oidc`])
    for (const app of pool.apps) {
      expect(app.jwksUri).toBe(`${pool.host}/${app.appId}/oidc/.well-known/jwks.json`)
      expect(await get(app.jwksUri)).toEqual({ status: 200, body: pool.jwks(app.appId) })
    }
    expect((await get(`${pool.host}/oidc/.well-known/jwks.json`)).status).toBe(404)
  })

  test('answers 404 for the JWKS at the root, also with one application', async () => {
    await using pool = await createUserPool({ layout: 'shared-issuer' })
    expect((await get(`${pool.issuer}/.well-known/jwks.json`)).status).toBe(404)
    expect((await get(`${pool.issuer}/.well-known/openid-configuration`)).body).toMatchObject({
      issuer: pool.issuer,
      jwks_uri: pool.jwksUri,
    })
  })
})

describe('path-per-app', () => {
  test('has one port, an issuer and a JWKS below each appId, and none at the root', async () => {
    await using pool = await start('path-per-app')
    for (const app of pool.apps) {
      expect(app.host).toBe(pool.host)
      expect(app.issuer).toBe(`${pool.host}/${app.appId}/oidc`)
      expect(await get(app.jwksUri)).toEqual({ status: 200, body: pool.jwks(app.appId) })
      const { body } = await get(`${app.issuer}/.well-known/openid-configuration`)
      expect(body).toMatchObject({ issuer: app.issuer, token_endpoint: `${app.issuer}/token` })
    }
    expect((await get(`${pool.host}/oidc/.well-known/jwks.json`)).status).toBe(404)
    expect((await get(`${pool.host}/oauth/me`)).status).toBe(404)
    expect((await get(`${pool.host}/hostile/jwks.json`)).status).toBe(200)
  })
})
