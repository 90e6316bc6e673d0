import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createGuard, type GuardEvent, type GuardOptions } from 'authing-guard'
import { introspection } from 'authing-guard/introspection'
import { Agent, fetch as fetchOfUndici } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { privateAuthority } from '../support/authority.js'
import { compact, keyPair, signer, tokenBy } from '../support/forge.js'
import { accessClaims, appId, expect401, idClaims, issuer, now, refusalOf, userId } from '../support/world.js'

// Where Authing is not authing.cn: a private deployment, GenAuth, a pool of one domain, a domain that moves; and secrets
// that are being replaced.

const key = keyPair('RS256', 'kid-1')
const jwks = { keys: [key.jwk] }
const reply = { active: true, client_id: appId, sub: userId, exp: now / 1000 + 60, token_type: 'Bearer' }
const opaqueToken = 'fa9d2bdd914ea01aa4e434c12d4f919d749fc75c'

describe('a private deployment whose certificate is of a private authority', () => {
  const { ca, ...shown } = privateAuthority()
  const server = createServer(shown, (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(request.url?.endsWith('/jwks.json') ? jwks : reply))
  })
  const dispatcher = new Agent({ connect: { ca } })
  let home = ''
  beforeAll(async () => {
    await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens))
    home = `https://127.0.0.1:${(server.address() as AddressInfo).port}/oidc`
  })
  afterAll(async () => {
    await dispatcher.close()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
  const asking = introspection({ when: 'opaque', clientSecret: 'the App Secret' })
  // undici has types of its own for what the platform calls RequestInit and Response.
  const fetchThere: GuardOptions['fetch'] = (url, init) => fetchOfUndici(url, { ...init, dispatcher } as never) as never

  it('is reached by a fetch option that trusts the authority, for keys and introspection', async () => {
    const guard = createGuard({ issuer: home, appId, now: () => now, introspection: asking, fetch: fetchThere })
    await expect(guard.verifyToken(tokenBy(key, { ...idClaims, iss: home }))).resolves.toMatchObject({ userId })
    await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ userId, tokenType: 'opaque' })
  })

  it('cannot be reached by the default fetch, and the event names the certificate', async () => {
    const events: GuardEvent[] = []
    const guard = createGuard({
      issuer: home,
      appId,
      now: () => now,
      introspection: asking,
      onEvent: (event) => events.push(event),
    })
    const error = await refusalOf(guard.verifyToken(tokenBy(key, { ...idClaims, iss: home })))
    expect(error).toMatchObject({ status: 503, reason: 'keys_unavailable' })
    expect(await refusalOf(guard.verifyToken(opaqueToken))).toMatchObject({
      status: 503,
      reason: 'introspection_unavailable',
    })
    for (const type of ['keys_failed', 'introspection_failed']) {
      const says = expect.stringMatching(/could not reach \S+: (?:UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/)
      expect(events).toContainEqual(expect.objectContaining({ type, error: says }))
    }
  })
})

describe.each([
  ['GenAuth', 'https://my-app.genauth.ai/oidc', 'https://my-app.genauth.ai/oidc/.well-known/jwks.json'],
  [
    'a pool of one domain',
    `https://pool.authing.cn/${appId}/oidc`,
    `https://pool.authing.cn/${appId}/oidc/.well-known/jwks.json`,
  ],
])('%s', (_, iss, address) => {
  it('has its keys below its issuer, and only tokens of that issuer pass', async () => {
    const asked: string[] = []
    const fetch = async (url: string) => {
      asked.push(url)
      return Response.json(jwks)
    }
    const guard = createGuard({ issuer: iss, appId, fetch, now: () => now })
    for (const claims of [idClaims, accessClaims]) {
      await expect(guard.verifyToken(tokenBy(key, { ...claims, iss }))).resolves.toMatchObject({ userId, issuer: iss })
    }
    await expect401(guard, tokenBy(key, idClaims), 'unknown_issuer')
    expect(asked).toEqual([address])
  })
})

describe('two applications of a pool of one domain', () => {
  it('have issuers of their own: a token of one is refused for the other', async () => {
    const other = keyPair('RS256', 'kid-2')
    const apps = [key, other].map((pair, at) => ({
      issuer: `https://pool.authing.cn/app-${at}/oidc`,
      appId: `app-${at}`,
      jwks: { keys: [pair.jwk] },
    }))
    const guard = createGuard({ apps, now: () => now })
    const of = (at: number) => ({ ...idClaims, iss: `https://pool.authing.cn/app-${at}/oidc`, aud: `app-${at}` })
    await expect(guard.verifyToken(tokenBy(key, of(0)))).resolves.toMatchObject({ appId: 'app-0' })
    await expect(guard.verifyToken(tokenBy(other, of(1)))).resolves.toMatchObject({ appId: 'app-1' })
    await expect401(guard, tokenBy(key, of(1)), 'unknown_key')
    await expect401(guard, tokenBy(other, { ...of(1), aud: 'app-0' }), 'wrong_audience')
  })
})

describe('a secret that is being replaced', () => {
  const [old, next, foreign] = ['old', 'next', 'foreign'].map(
    (name) => `the ${name} secret, of more than 32 bytes long`,
  )
  const signedBy = (secret = '') => compact({ alg: 'HS256', typ: 'JWT' }, idClaims, signer('HS256', secret))

  it('verifies tokens beside the next secret, and no other secret does', async () => {
    const guard = createGuard({ issuer, appId, appSecret: [String(next), String(old)], jwks, now: () => now })
    for (const secret of [next, old]) {
      await expect(guard.verifyToken(signedBy(secret))).resolves.toMatchObject({ userId })
    }
    await expect401(guard, signedBy(foreign), 'bad_signature')
    const after = createGuard({ issuer, appId, appSecret: String(next), jwks, now: () => now })
    await expect401(after, signedBy(old), 'bad_signature')
  })

  it('verifies legacy tokens beside the next secret of a user pool', async () => {
    const data = { type: 'user', id: userId, userPoolId: 'pool-1' }
    const claims = { data, iat: now / 1000 - 60, exp: now / 1000 + 60 }
    const legacy = (secret = '') => compact({ alg: 'HS256', typ: 'JWT' }, claims, signer('HS256', secret))
    const userPool = { id: 'pool-1', jwtSecret: [String(next), String(old)] }
    const guard = createGuard({ userPool, now: () => now })
    for (const secret of [next, old]) await expect(guard.verifyToken(legacy(secret))).resolves.toMatchObject({ userId })
    await expect401(guard, legacy(foreign), 'bad_signature')
  })
})
