import { createGuard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { compact, keyPair, signer, tokenBy } from '../support/forge.js'
import {
  accessClaims,
  accessKey,
  appId,
  expect401,
  idClaims,
  issuer,
  machineClaims,
  now,
  refusalOf,
  userId,
  without,
} from '../support/world.js'

// Several applications in one guard, several issuers of one application, and where their keys are.

const [mine, yours] = [keyPair('RS256', 'kid-mine'), keyPair('RS256', 'kid-yours')]
const other = { issuer: 'https://other.authing.cn/oidc', appId: '600a8f4e37708b363024a3ca' }
const claimsOf = (app: { issuer: string; appId: string }) => ({ ...idClaims, iss: app.issuer, aud: app.appId })

describe('keys that the options give', () => {
  it('are at most 100: more are a TypeError that says so', () => {
    const keys = Array.from({ length: 101 }, () => mine.jwk)
    expect(() => createGuard({ issuer, appId, jwks: { keys } })).toThrow('authing-guard: jwks holds more than 100 keys')
    expect(() => createGuard({ issuer, appId, jwks: { keys: keys.slice(1) } })).not.toThrow()
  })
})

/** A network where each address has keys of its own, or a status. */
function network(places: Readonly<Record<string, readonly object[] | number>>) {
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    const answer = places[url] ?? 404
    return typeof answer === 'number' ? new Response(null, { status: answer }) : Response.json({ keys: answer })
  }
  return { asked, fetch }
}

describe('applications of several issuers', () => {
  it('each fetch keys from their own issuer, when their first token comes', async () => {
    const net = network({
      [`${issuer}/.well-known/jwks.json`]: [mine.jwk],
      [`${other.issuer}/.well-known/jwks.json`]: [yours.jwk],
    })
    const guard = createGuard({ apps: [{ issuer, appId }, other], fetch: net.fetch, now: () => now })
    expect(net.asked).toEqual([])
    await expect(guard.verifyToken(tokenBy(yours, claimsOf(other)))).resolves.toMatchObject(other)
    expect(net.asked).toEqual([`${other.issuer}/.well-known/jwks.json`])
    await expect(guard.verifyToken(tokenBy(mine, idClaims))).resolves.toMatchObject({ issuer, appId })
    await expect401(guard, tokenBy(mine, claimsOf(other)), 'unknown_key')
    const { detail } = await expect401(
      guard,
      tokenBy(mine, { ...idClaims, iss: 'https://x.authing.cn/oidc' }),
      'unknown_issuer',
    )
    expect(detail).toBe(`iss is "https://x.authing.cn/oidc", expected "${issuer}" or "${other.issuer}"`)
  })
})

describe('applications of one issuer', () => {
  const sibling = { issuer, appId: '600a8f4e37708b363024a3cb' }
  const guard = createGuard({
    apps: [
      { issuer, appId, audience: ['https://a.example', 'https://b.example'], jwks: { keys: [mine.jwk] } },
      { ...sibling, jwks: { keys: [yours.jwk] } },
    ],
    accessKeys: 'any',
    now: () => now,
  })

  it('are told apart by the audience of the token', async () => {
    await expect(guard.verifyToken(tokenBy(mine, idClaims))).resolves.toMatchObject({ appId })
    await expect(guard.verifyToken(tokenBy(yours, claimsOf(sibling)))).resolves.toMatchObject(sibling)
    await expect(
      guard.verifyToken(tokenBy(yours, { ...claimsOf(sibling), aud: [sibling.appId] })),
    ).resolves.toMatchObject(sibling)
    for (const aud of ['https://a.example', ['https://x.example', 'https://b.example']]) {
      await expect(guard.verifyToken(tokenBy(mine, { ...accessClaims, aud }))).resolves.toMatchObject({ appId })
    }
    await expect(guard.verifyToken(tokenBy(mine, machineClaims))).resolves.toMatchObject({ appId, clientId: accessKey })
    const { detail } = await expect401(guard, tokenBy(mine, { ...idClaims, aud: 'x' }), 'wrong_audience')
    expect(detail).toBe('aud "x", azp nothing: none of the applications that share this issuer')
  })

  it('throw where they share an appId or an audience', () => {
    const apps = (first: object, second: object) => [
      { issuer, appId, ...first },
      { ...sibling, ...second },
    ]
    const clashes = [
      apps({ audience: 'https://a.example' }, { audience: ['https://b.example', 'https://a.example'] }),
      apps({ audience: sibling.appId }, {}),
      apps({}, { audience: appId }),
      apps({ issuer: [other.issuer, issuer] }, {}).concat({ issuer: other.issuer, appId }),
    ]
    for (const clash of clashes)
      expect(() => createGuard({ apps: clash } as never)).toThrow(/^authing-guard: two apps have the issuer/)
    expect(() => createGuard({ apps: apps({ audience: appId }, { audience: sibling.appId }) } as never)).not.toThrow()
    expect(() =>
      createGuard({
        apps: [
          { issuer, appId },
          { issuer: other.issuer, appId },
        ],
      }),
    ).not.toThrow()
  })
})

describe('an application', () => {
  it('may have several issuers while its domain changes', async () => {
    const net = network({
      [`${issuer}/.well-known/jwks.json`]: [mine.jwk],
      'https://login.example.com/.well-known/jwks.json': [yours.jwk],
    })
    const guard = createGuard({
      issuer: [issuer, 'https://login.example.com/'],
      appId,
      fetch: net.fetch,
      now: () => now,
    })
    const moved = { ...idClaims, iss: 'https://login.example.com/' }
    await expect(guard.verifyToken(tokenBy(yours, moved))).resolves.toMatchObject({ issuer: moved.iss, userId })
    await expect(guard.verifyToken(tokenBy(mine, idClaims))).resolves.toMatchObject({ issuer })
    await expect401(guard, tokenBy(mine, moved), 'unknown_key')
  })

  it('fetches its keys from jwksUri only', async () => {
    const net = network({ 'https://keys.example.com/jwks': [mine.jwk] })
    const guard = createGuard({
      issuer,
      appId,
      jwksUri: 'https://keys.example.com/jwks',
      fetch: net.fetch,
      now: () => now,
    })
    await expect(guard.verifyToken(tokenBy(mine, idClaims))).resolves.toMatchObject({ userId })
    const gone = network({ [`${issuer}/.well-known/jwks.json`]: [mine.jwk] })
    const lost = createGuard({
      issuer,
      appId,
      jwksUri: 'https://keys.example.com/jwks',
      fetch: gone.fetch,
      now: () => now,
    })
    expect(await refusalOf(lost.verifyToken(tokenBy(mine, idClaims)))).toMatchObject({ status: 503 })
    expect([net.asked, gone.asked]).toEqual([['https://keys.example.com/jwks'], ['https://keys.example.com/jwks']])
  })

  it.each([
    [issuer, `https://my-app.authing.cn/${appId}/oidc/.well-known/jwks.json`],
    [`https://pool.authing.cn/${appId}/oidc`, undefined],
    ['https://login.example.com', `https://login.example.com/${appId}/oidc/.well-known/jwks.json`],
  ])('at %s has its keys in one of two places', async (iss, second) => {
    const net = network({})
    const guard = createGuard({ issuer: iss, appId, fetch: net.fetch, now: () => now })
    expect(await refusalOf(guard.verifyToken(tokenBy(mine, { ...idClaims, iss })))).toMatchObject({ status: 503 })
    expect(net.asked).toEqual([`${iss}/.well-known/jwks.json`, ...(second === undefined ? [] : [second])])
  })

  it('has its appId escaped in the JWKS address', async () => {
    const net = network({})
    const guard = createGuard({ issuer, appId: '../../evil?x#y', fetch: net.fetch, now: () => now })
    await refusalOf(guard.verifyToken(tokenBy(mine, idClaims)))
    expect(net.asked[1]).toBe('https://my-app.authing.cn/..%2F..%2Fevil%3Fx%23y/oidc/.well-known/jwks.json')
  })

  it('uses the platform’s fetch by default', async () => {
    const asked: unknown[] = []
    const platform = globalThis.fetch
    globalThis.fetch = async (url) => {
      asked.push(url)
      return Response.json({ keys: [mine.jwk] })
    }
    try {
      const guard = createGuard({ issuer, appId, now: () => now })
      await expect(guard.verifyToken(tokenBy(mine, idClaims))).resolves.toMatchObject({ userId })
    } finally {
      globalThis.fetch = platform
    }
    expect(asked).toEqual([`${issuer}/.well-known/jwks.json`])
  })

  it('accepts access tokens for its appId only, unless audience names others', async () => {
    const jwks = { keys: [mine.jwk] }
    const named = createGuard({ issuer, appId, audience: 'https://a.example', jwks, now: () => now })
    await expect401(named, tokenBy(mine, accessClaims), 'wrong_audience')
    await expect(named.verifyToken(tokenBy(mine, idClaims))).resolves.toMatchObject({ userId })
    const plain = createGuard({ issuer, appId, jwks, now: () => now })
    const { detail } = await expect401(
      plain,
      tokenBy(mine, { ...accessClaims, aud: 'https://a.example' }),
      'wrong_audience',
    )
    expect(detail).toBe(`aud is "https://a.example", azp nothing, expected "${appId}"`)
    await expect401(plain, tokenBy(mine, without(accessClaims, 'aud')), 'wrong_audience')
  })

  it('verifies HS256 tokens without fetching keys, whatever their kid', async () => {
    const appSecret = 'the secret of the application, of more than 32 bytes'
    const net = network({})
    const guard = createGuard({ issuer, appId, appSecret, fetch: net.fetch, now: () => now })
    const token = compact({ alg: 'HS256', kid: 'whatever' }, idClaims, signer('HS256', appSecret))
    await expect(guard.verifyToken(token)).resolves.toMatchObject({ userId })
    expect(net.asked).toEqual([])
  })
})
