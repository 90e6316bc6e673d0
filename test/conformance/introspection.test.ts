import { createGuard, type GuardEvent, type GuardOptions, type OneApplication } from 'authing-guard'
import { type IntrospectionOptions, introspection } from 'authing-guard/introspection'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expect401, refusalOf } from '../support/world.js'
import {
  api,
  clientSecret,
  type IntrospectingAuth,
  introspectingAuths,
  introspectingClient,
  type OpaqueTokens,
  type OpenIdProvider,
  opaqueApi,
  startOpenIdProvider,
  userId,
} from './openid-provider.js'

// Introspection at `oidc-provider`, which others wrote: its opaque tokens, and what it says of JWTs.

let provider: OpenIdProvider
beforeAll(async () => {
  provider = await startOpenIdProvider()
})
afterAll(() => provider.close())

/** A guard of the client that proves itself so. */
function guardOf(
  auth: IntrospectingAuth,
  asking: IntrospectionOptions = {},
  more: Partial<Omit<OneApplication, 'credentials'>> = {},
) {
  const events: GuardEvent[] = []
  const options: GuardOptions & { readonly credentials?: 'required' } = {
    issuer: provider.issuer,
    jwksUri: provider.jwksUri,
    appId: introspectingClient(auth),
    audience: opaqueApi,
    onEvent: (event) => events.push(event),
    ...more,
    introspection: introspection({
      when: 'opaque',
      clientAuth: auth,
      ...(auth === 'none' ? {} : { clientSecret }),
      ...asking,
    }),
  }
  return { guard: createGuard(options), events }
}

describe.each(introspectingAuths)('a client of oidc-provider that proves itself by %s', (auth) => {
  let tokens: OpaqueTokens
  beforeAll(async () => {
    tokens = await provider.signInOpaquely(auth)
  })

  test('lets its opaque access tokens in, with their scopes', async () => {
    expect(tokens.accessToken).toMatch(/^[\w-]{43}$/)
    const { guard, events } = guardOf(auth)
    const identity = await guard.require({ scope: 'book:read' }).verifyToken(tokens.accessToken)
    expect(identity).toMatchObject({ kind: 'user', userId, tokenType: 'opaque', scopes: ['book:read'] })
    expect(identity.claims).toMatchObject({
      aud: opaqueApi,
      client_id: introspectingClient(auth),
      token_type: 'Bearer',
    })
    expect(events).toMatchObject([
      { type: 'introspected', active: true },
      { type: 'verified', tokenType: 'opaque' },
    ])
    expect((await refusalOf(guard.require({ scope: 'book:write' }).verifyToken(tokens.accessToken))).status).toBe(403)
  })

  test('refuses the refresh token, which is active too and says so of no type', async () => {
    const { guard, events } = guardOf(auth, {}, { audience: [opaqueApi, 'x'] })
    await expect401(guard, tokens.refreshToken, 'not_admitted')
    expect(events).toContainEqual(expect.objectContaining({ type: 'introspected', active: true }))
  })

  test('refuses the id token where it must be asked about, and nobody is', async () => {
    const { guard, events } = guardOf(auth, { when: 'always' })
    await expect401(guard, tokens.idToken, 'not_admitted')
    expect(events.map(({ type }) => type)).toEqual(['keys_refreshed', 'refused'])
  })

  test('refuses the tokens of another client, which the provider calls active', async () => {
    const other = introspectingAuths.find((one) => one !== auth && one !== 'none') ?? 'none'
    const { accessToken } = await provider.signInOpaquely(other)
    // A client that proves nothing is told nothing of others.
    await expect401(guardOf(auth).guard, accessToken, auth === 'none' ? 'inactive_token' : 'wrong_audience')
  })

  test('refuses tokens for another audience', async () => {
    await expect401(guardOf(auth, {}, { audience: api }).guard, tokens.accessToken, 'wrong_audience')
  })

  test('refuses what was revoked, and what was never there', async () => {
    const { accessToken } = await provider.signInOpaquely(auth)
    const { guard } = guardOf(auth, { cacheSeconds: 0 })
    await guard.verifyToken(accessToken)
    await provider.revoke(auth, accessToken)
    await expect401(guard, accessToken, 'inactive_token')
    await expect401(guard, 'a'.repeat(43), 'inactive_token')
  })

  test('refuses what has expired, by this clock and so far by the provider’s', async () => {
    const { guard } = guardOf(auth, {}, { now: () => Date.now() + 700_000 })
    await expect401(guard, tokens.accessToken, 'expired_token')
  })

  test('sees an outage in a wrong secret, never a bad token', async () => {
    const wrong: IntrospectionOptions =
      auth === 'none' ? { clientAuth: 'client_secret_basic', clientSecret } : { clientSecret: `${clientSecret}x` }
    const { guard, events } = guardOf(auth, wrong)
    const error = await refusalOf(guard.verifyToken(tokens.accessToken))
    expect(error).toMatchObject({ status: 503, reason: 'introspection_unavailable' })
    const says = expect.stringContaining('answered 401: the clientSecret or clientAuth of introspection is wrong')
    expect(events[0]).toMatchObject({ type: 'introspection_failed', error: says })
  })

  test('is told nothing of JWTs: 400, and so an outage', async () => {
    const { accessToken } = await provider.signIn(provider.clientOf('RS256'))
    const client = { appId: provider.clientOf('RS256'), audience: api }
    const { guard, events } = guardOf('client_secret_post', { when: 'always' }, client)
    const error = await refusalOf(guard.verifyToken(accessToken))
    expect(error).toMatchObject({ status: 503, reason: 'introspection_unavailable' })
    const says = expect.stringContaining('answered 400: it reads no such tokens')
    expect(events).toContainEqual(expect.objectContaining({ type: 'introspection_failed', error: says }))
  })
})
