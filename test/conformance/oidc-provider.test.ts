import { createGuard, type GuardOptions, type OneApplication } from 'authing-guard'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  api,
  clientSecret,
  type IdTokenAlgorithm,
  idTokenAlgorithms,
  type OpenIdProvider,
  startOpenIdProvider,
  type Tokens,
  userId,
} from './openid-provider.js'

let provider: OpenIdProvider
const tokens = new Map<IdTokenAlgorithm, Tokens>()

beforeAll(async () => {
  provider = await startOpenIdProvider()
  for (const algorithm of idTokenAlgorithms) tokens.set(algorithm, await provider.signIn(provider.clientOf(algorithm)))
})
afterAll(() => provider.close())

function tokensOf(algorithm: IdTokenAlgorithm): Tokens {
  const found = tokens.get(algorithm)
  if (found === undefined) throw new Error(`no tokens of ${algorithm}`)
  return found
}

/** The options of a guard for the client of an algorithm: what the provider is, and nothing else. */
function optionsFor(algorithm: IdTokenAlgorithm, more: Partial<OneApplication> = {}): GuardOptions {
  return { issuer: provider.issuer, jwksUri: provider.jwksUri, appId: provider.clientOf(algorithm), ...more }
}
const refused = (reason: string) => expect.objectContaining({ name: 'GuardError', status: 401, reason })
const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.', 1).join(), 'base64url').toString())

// The provider's RSA key names no algorithm, and so is an RS256 key until the options leave it another.
const policies = {
  RS256: {},
  PS256: { algorithms: ['PS256'] },
  ES256: {},
  EdDSA: {},
  HS256: { appSecret: clientSecret },
} as const satisfies Record<IdTokenAlgorithm, Partial<OneApplication>>
const elsewhere = 'http://127.0.0.1:1/oidc'

describe.each(idTokenAlgorithms)('an %s id token of oidc-provider', (algorithm) => {
  const policy = policies[algorithm]

  test('says who signed in', async () => {
    const { idToken } = tokensOf(algorithm)
    expect(headerOf(idToken).alg).toBe(algorithm)
    const identity = await createGuard(optionsFor(algorithm, policy)).verifyToken(idToken)
    expect(identity).toMatchObject({ kind: 'user', userId, tokenType: 'id_token', scopes: [], issuer: provider.issuer })
    expect(identity).toMatchObject({ appId: provider.clientOf(algorithm), claims: { sub: userId, nonce: 'n-1' } })
  })

  test('is refused for another appId, and by the keys of another issuer', async () => {
    const { idToken } = tokensOf(algorithm)
    const stranger = createGuard(optionsFor(algorithm, { ...policy, appId: 'another' }))
    await expect(stranger.verifyToken(idToken)).rejects.toEqual(refused('wrong_audience'))
    const moved = createGuard(optionsFor(algorithm, { ...policy, issuer: elsewhere }))
    await expect(moved.verifyToken(idToken)).rejects.toEqual(refused('unknown_issuer'))
  })
})

describe.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('an %s access token of oidc-provider', (algorithm) => {
  const policy = { ...policies[algorithm], audience: api }

  test('says who signed in and what may be done, to a guard of its audience', async () => {
    const { accessToken } = tokensOf(algorithm)
    expect(headerOf(accessToken)).toMatchObject({ alg: algorithm, typ: 'at+jwt' })
    const identity = await createGuard(optionsFor(algorithm, policy)).verifyToken(accessToken)
    expect(identity).toMatchObject({ kind: 'user', userId, tokenType: 'access_token', scopes: ['book:read'] })
    expect(identity.claims.aud).toBe(api)
  })

  test('meets the scope that it grants, and no other', async () => {
    const { accessToken } = tokensOf(algorithm)
    const guard = createGuard(optionsFor(algorithm, policy))
    await expect(guard.require({ scope: 'book:read' }).verifyToken(accessToken)).resolves.toMatchObject({ userId })
    await expect(guard.require({ scope: ['book:read', 'book:write'] }).verifyToken(accessToken)).rejects.toMatchObject({
      status: 403,
      reason: 'insufficient_scope',
    })
  })

  test('is refused for another audience, for the appId alone, and for another issuer', async () => {
    const { accessToken } = tokensOf(algorithm)
    const others = [
      [{ ...policy, audience: 'urn:another:api' }, 'wrong_audience'],
      [policies[algorithm], 'wrong_audience'],
      [{ ...policy, issuer: elsewhere }, 'unknown_issuer'],
    ] as const
    for (const [other, reason] of others) {
      const guard = createGuard(optionsFor(algorithm, other))
      await expect(guard.verifyToken(accessToken), reason).rejects.toEqual(refused(reason))
    }
  })
})

describe('a client of oidc-provider that acts for itself', () => {
  test('is refused until accessKeys names it, and is then a machine with the scopes that it was given', async () => {
    const clientId = provider.clientOf('RS256')
    const token = await provider.clientCredentials(clientId)
    const options = optionsFor('RS256', { audience: api })
    await expect(createGuard(options).verifyToken(token)).rejects.toEqual(refused('not_admitted'))
    const other = createGuard({ ...options, accessKeys: ['another client'] })
    await expect(other.verifyToken(token)).rejects.toEqual(refused('not_admitted'))

    const named = createGuard({ ...options, accessKeys: [clientId] })
    const machine = { kind: 'machine', clientId, tokenType: 'access_token', scopes: ['book:read'] }
    const identity = await named.require({ scope: 'book:read' }).verifyToken(token)
    expect(identity).toMatchObject(machine)
    expect(identity).not.toHaveProperty('userId')
    await expect(named.require({ scope: 'book:write' }).verifyToken(token)).rejects.toMatchObject({ status: 403 })
  })
})

describe('two algorithms at once', () => {
  test('one guard takes the id token under the client secret and the access token under RS256', async () => {
    const { idToken, accessToken } = tokensOf('HS256')
    expect([headerOf(idToken).alg, headerOf(accessToken).alg]).toEqual(['HS256', 'RS256'])
    const guard = createGuard(optionsFor('HS256', { appSecret: clientSecret, audience: api }))
    await expect(guard.verifyToken(idToken)).resolves.toMatchObject({ userId, tokenType: 'id_token', scopes: [] })
    const identity = await guard.require({ scope: 'book:read' }).verifyToken(accessToken)
    expect(identity).toMatchObject({ userId, tokenType: 'access_token', scopes: ['book:read'] })
  })

  test('a token under the client secret is refused without it, and under another', async () => {
    const { idToken } = tokensOf('HS256')
    const without = createGuard(optionsFor('HS256'))
    await expect(without.verifyToken(idToken)).rejects.toEqual(refused('wrong_algorithm'))
    const other = createGuard(optionsFor('HS256', { appSecret: clientSecret.toUpperCase() }))
    await expect(other.verifyToken(idToken)).rejects.toEqual(refused('bad_signature'))
  })

  test('an RSA key that names no algorithm serves RS256 alone, or the one RSA algorithm that is allowed', async () => {
    const { idToken } = tokensOf('PS256')
    await expect(createGuard(optionsFor('PS256')).verifyToken(idToken)).rejects.toEqual(refused('wrong_algorithm'))
    const both = createGuard(optionsFor('PS256', { algorithms: ['PS256', 'RS256'] }))
    await expect(both.verifyToken(idToken)).rejects.toEqual(refused('wrong_algorithm'))
  })

  test('a guard of one client refuses the tokens of every other', async () => {
    const guard = createGuard(optionsFor('ES256', { appSecret: clientSecret, appId: provider.clientOf('ES256') }))
    for (const algorithm of ['RS256', 'EdDSA', 'HS256'] as const) {
      const { idToken } = tokensOf(algorithm)
      await expect(guard.verifyToken(idToken), algorithm).rejects.toEqual(refused('wrong_audience'))
    }
  })
})
