import { Readable } from 'node:stream'
import { createGuard } from 'authing-guard'
import { authingPermissions } from 'authing-guard/permissions'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { keyPair, tokenBy } from '../support/forge.js'
import { withParts } from '../support/parts.js'
import { accessClaims, appId, issuer, now } from '../support/world.js'

// What each request to Authing carries, whichever part of the guard sends it.

afterEach(() => {
  vi.unstubAllGlobals()
})

const key = keyPair('ES256', 'kid-1')
const paths = ['/oidc/.well-known/jwks.json', '/oidc/token/introspection', '/api/v3/get-management-token']
const secret = 'the secret of the application, of more than 32 bytes'

/** The path and the `cache` of each request: for the JWKS, for introspection, for a permission. */
async function cachesOfRequests() {
  const asked: [path: string, cache: unknown][] = []
  const fetch = async (url: string, init: RequestInit) => {
    asked.push([new URL(url).pathname, 'cache' in init ? init.cache : 'left out'])
    if (url.endsWith('jwks.json')) return Response.json({ keys: [key.jwk] })
    if (url.endsWith('introspection')) return Response.json({ ...accessClaims, client_id: appId, active: true })
    return Response.json({ statusCode: 500 })
  }
  const options = {
    ...{ issuer, appId, fetch, now: () => now },
    introspection: { when: 'always', clientSecret: secret },
    checkPermission: authingPermissions({ accessKeyId: 'key', accessKeySecret: secret, model: 'acl', fetch }),
  }
  const guard = createGuard(withParts(options) as never)
  const identity = await guard.verifyToken(tokenBy(key, accessClaims))
  await expect(guard.authorize(identity, { action: 'read', resource: 'book:1' })).rejects.toMatchObject({ status: 503 })
  return asked
}

describe('a host that caches answers, such as Next.js,', () => {
  test('is told to keep none of what Authing answers', async () => {
    expect(await cachesOfRequests()).toEqual(paths.map((path) => [path, 'no-store']))
  })

  test('is not told so where a request with that member throws, as in an old Worker', async () => {
    vi.stubGlobal('Request', function Request(_url: string, init: RequestInit) {
      if ('cache' in init) throw new TypeError("'cache' is unknown to this runtime")
    })
    expect(await cachesOfRequests()).toEqual(paths.map((path) => [path, 'left out']))
  })
})

describe('a fetch option that does not return a web Response', () => {
  test.each([
    ['nothing, as jest.fn() does', undefined, 'it returned undefined'],
    ['null', null, 'it returned null'],
    ['JSON itself', '{}', 'it returned string'],
    [
      'an object with json() alone',
      { ok: true, json: async () => ({ keys: [key.jwk] }) },
      'what it returned has no status',
    ],
    [
      'a stream of Node, as node-fetch does',
      { status: 200, body: Readable.from(['{}']) },
      'its body is not a ReadableStream',
    ],
    ['no body at all', { status: 200 }, 'its body is not a ReadableStream'],
  ])('and returns %s: the refusal says so', async (_, answer, what) => {
    const guard = createGuard({ issuer, appId, fetch: async () => answer as never, now: () => now })
    const error = await guard.verifyToken(tokenBy(key, accessClaims)).catch((reason) => reason)
    expect(error).toMatchObject({ status: 503, reason: 'keys_unavailable' })
    expect(error.detail).toBe(
      `the fetch option did not return a web Response for https://my-app.authing.cn/oidc/.well-known/jwks.json: ${what}`,
    )
  })

  test('and returns a busy answer without headers: the refusal says that the fetch failed', async () => {
    const fetch = async () => ({ status: 429, body: null }) as never
    const guard = createGuard({ issuer, appId, fetch, now: () => now })
    const error = await guard.verifyToken(tokenBy(key, accessClaims)).catch((reason) => reason)
    expect(error).toMatchObject({ status: 503, reason: 'keys_unavailable', detail: 'the fetch failed' })
  })
})
