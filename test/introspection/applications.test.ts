import { type ApplicationOptions, createGuard, type GuardOptions } from 'authing-guard'
import { introspection } from 'authing-guard/introspection'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import { describe, expect, test } from 'vitest'
import { keyPair, tokenBy } from '../support/forge.js'
import { withParts } from '../support/parts.js'
import { accessClaims, appId, expect401, now, userId, without } from '../support/world.js'
import { activeReply, opaqueToken } from './issuer.js'

// Whom a guard asks, and where: one application or several, one issuer or two, and where an option says so.

const key = keyPair('RS256', 'kid-1')
const jwks = { keys: [key.jwk] }
const clientSecret = 'the App Secret'
const other = '600a8f4e37708b363024a3ca'

/** A network that notes who was asked where, by which client, and says what `answers` has for a token. */
function network(clientIdOf: (url: string) => object = () => ({})) {
  const asked: string[] = []
  const fetch = async (url: string, init: RequestInit) => {
    const client = new URLSearchParams(String(init.body)).get('client_id')
    asked.push(`${client} at ${url}`)
    return Response.json({ ...without(activeReply, 'jti'), client_id: client, ...clientIdOf(url) })
  }
  return { asked, fetch }
}
const guardWith = (options: object) => {
  const net = network()
  const guard = createGuard(
    withParts({ fetch: net.fetch, now: () => now, ...options }) as unknown as GuardOptions & {
      credentials?: 'required'
    },
  )
  return { ...net, guard }
}
const access = (iss: string, aud = appId) => tokenBy(key, { ...accessClaims, iss, aud })

describe('one application', () => {
  test.each([
    ['https://my-app.authing.cn/oidc', 'oidc', 'https://my-app.authing.cn/oidc/token/introspection'],
    ['https://my-app.authing.cn/oidc', 'oauth', 'https://my-app.authing.cn/oauth/token/introspection'],
    ['https://my-app.authing.cn/oidc/', 'oidc', 'https://my-app.authing.cn/oidc/token/introspection'],
    ['https://my-app.genauth.ai/oidc', 'oauth', 'https://my-app.genauth.ai/oauth/token/introspection'],
    [`https://pool.authing.cn/${appId}/oidc`, 'oidc', `https://pool.authing.cn/${appId}/oidc/token/introspection`],
    [`https://pool.authing.cn/${appId}/oidc`, 'oauth', `https://pool.authing.cn/${appId}/oauth/token/introspection`],
    ['https://id.example.com', 'oidc', 'https://id.example.com/token/introspection'],
    ['https://id.example.com', 'oauth', 'https://id.example.com/oauth/token/introspection'],
  ] as const)('at %s asks about opaque tokens of %s at %s', async (issuer, protocol, url) => {
    const { guard, asked } = guardWith({
      issuer,
      appId,
      jwks,
      introspection: { when: 'always', clientSecret, protocol },
    })
    await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ userId, issuer })
    expect(asked).toEqual([`${appId} at ${url}`])
    // A JWT is OpenID Connect's, whatever the opaque ones are.
    await guard.verifyToken(access(issuer))
    expect(asked[1]).toBe(`${appId} at ${issuer.replace(/\/$/, '')}/token/introspection`)
  })

  test('asks where `endpoint` says, about all of them', async () => {
    const endpoint = 'https://inside.example.com/introspect?pool=1'
    const issuer = 'https://my-app.authing.cn/oidc'
    const { guard, asked } = guardWith({
      issuer,
      appId,
      jwks,
      introspection: { when: 'always', clientSecret, endpoint },
    })
    await guard.verifyToken(opaqueToken)
    await guard.verifyToken(access(issuer))
    expect(asked).toEqual([`${appId} at ${endpoint}`, `${appId} at ${endpoint}`])
  })

  test('of two issuers asks each about its own JWTs, and the first about opaque tokens, which name none', async () => {
    const issuers = ['https://my-app.authing.cn/oidc', 'https://id.example.com/oidc'] as const
    const { guard, asked } = guardWith({
      issuer: issuers,
      appId,
      jwks,
      introspection: { when: 'always', clientSecret },
    })
    for (const issuer of issuers) await expect(guard.verifyToken(access(issuer))).resolves.toMatchObject({ issuer })
    await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ issuer: issuers[0] })
    expect(asked).toEqual([
      `${appId} at ${issuers[0]}/token/introspection`,
      `${appId} at ${issuers[1]}/token/introspection`,
      `${appId} at ${issuers[0]}/token/introspection`,
    ])
  })

  test('asks with a secret that verifies no HS256 token', async () => {
    const secret = 'the App Secret, of more than 32 bytes, and of all applications'
    const issuer = 'https://my-app.authing.cn/oidc'
    const { guard } = guardWith({ issuer, appId, jwks, introspection: { when: 'always', clientSecret: secret } })
    const { compact, signer } = await import('../support/forge.js')
    await expect401(
      guard,
      compact({ alg: 'HS256' }, { ...accessClaims, iss: issuer }, signer('HS256', secret)),
      'wrong_algorithm',
    )
  })
})

const apps = (first: object, second: object): readonly ApplicationOptions[] => [
  { issuer: 'https://my-app.authing.cn/oidc', appId, jwks, ...first },
  { issuer: 'https://shop.authing.cn/oidc', appId: other, jwks, ...second },
]
const own = { clientSecret }

describe('several applications', () => {
  test('ask each about its own JWTs, and the one that is marked about opaque tokens', async () => {
    const { guard, asked } = guardWith({
      apps: apps({ introspection: own }, { introspection: { ...own, opaque: true, protocol: 'oauth' } }),
      introspection: { when: 'always' },
    })
    await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ appId: other })
    await expect(guard.verifyToken(access('https://my-app.authing.cn/oidc'))).resolves.toMatchObject({ appId })
    await expect(guard.verifyToken(access('https://shop.authing.cn/oidc', other))).resolves.toMatchObject({
      appId: other,
    })
    expect(asked).toEqual([
      `${other} at https://shop.authing.cn/oauth/token/introspection`,
      `${appId} at https://my-app.authing.cn/oidc/token/introspection`,
      `${other} at https://shop.authing.cn/oidc/token/introspection`,
    ])
  })

  test('that share an issuer have answers of their own', async () => {
    const shared = { issuer: 'https://my-app.authing.cn/oidc' }
    const { guard, asked } = guardWith({
      apps: apps({ introspection: { ...own, opaque: true } }, { ...shared, introspection: own }),
      introspection: { when: 'always' },
    })
    await guard.verifyToken(access(shared.issuer))
    await guard.verifyToken(access(shared.issuer, other))
    expect(asked.map((one) => one.split(' ', 1).join())).toEqual([appId, other])
  })

  test('are asked by requirements alone, where the guard says nothing of it', async () => {
    const { guard, asked } = guardWith({
      apps: apps({ introspection: own }, { introspection: own }),
      introspection: {},
    })
    const token = access('https://my-app.authing.cn/oidc')
    await guard.verifyToken(token)
    expect(asked).toEqual([])
    await guard.require({ introspection: true }).verifyToken(token)
    expect(asked).toHaveLength(1)
    await expect401(guard, opaqueToken, 'malformed_token')
  })

  test('that do not ask may be there, where the guard asks about opaque tokens alone', async () => {
    const { guard, asked } = guardWith({
      apps: apps({ introspection: { ...own, opaque: true } }, {}),
      introspection: { when: 'opaque' },
    })
    await expect(guard.verifyToken(access('https://shop.authing.cn/oidc', other))).resolves.toMatchObject({
      appId: other,
    })
    await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ appId })
    expect(asked).toHaveLength(1)
  })

  test('of which there is one need no mark', async () => {
    const { guard } = guardWith({
      apps: apps({ introspection: own }, {}).slice(0, 1),
      introspection: { when: 'opaque' },
    })
    await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ appId })
  })
})

describe('a pool of one domain, and one of a shared issuer', () => {
  test.each(['path-per-app', 'shared-issuer', 'domain-per-app'] as const)('answers at %s', async (layout) => {
    const pool: UserPool = await createUserPool({ layout, apps: [{ appId: 'one' }, { appId: 'two' }] })
    const guard = createGuard({
      apps: pool.apps.map(({ issuer, appId: id, appSecret }, at) => ({
        issuer,
        appId: id,
        introspection: { clientSecret: appSecret, protocol: 'oauth', opaque: at === 1 },
      })),
      introspection: introspection({ when: 'always' }),
    })
    await expect(guard.verifyToken(pool.mintOpaque({ appId: 'two' }))).resolves.toMatchObject({ appId: 'two' })
    await expect401(guard, pool.mintOpaque({ appId: 'one' }), 'inactive_token')
    for (const id of ['one', 'two']) {
      await expect(guard.verifyToken(pool.mint({ appId: id }))).resolves.toMatchObject({ appId: id })
    }
    await pool.close()
  })
})
