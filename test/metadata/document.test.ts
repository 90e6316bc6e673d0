import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { type ResourceMetadata, resourceMetadata } from 'authing-guard/metadata'
import { describe, expect, test } from 'vitest'
import { appId, issuer, refusalOf } from '../support/world.js'

// What the document says, and where it is. How hosts serve it is in hosts.test.ts.

const base = { issuer, appId }
const guardOf = (options: object) => createGuard({ ...base, resourceMetadata: options as { resource: string } })

describe('the document', () => {
  test('names the resource, the issuer and the header', () => {
    const { document } = resourceMetadata(guardOf({ resource: 'https://api.example.com' }))
    expect(document).toEqual({
      resource: 'https://api.example.com',
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
    })
  })

  test('names what else the options say, under the names of the RFC', () => {
    const { document } = resourceMetadata(
      guardOf({
        resource: 'https://api.example.com',
        scopesSupported: ['book:read', 'book:write'],
        resourceName: 'Books',
      }),
    )
    expect(document).toMatchObject({
      scopes_supported: ['book:read', 'book:write'],
      resource_name: 'Books',
    })
  })

  test('names every issuer of the guard once, in the order of the options', () => {
    const [first, second, third] = ['a', 'b', 'c'].map((name) => `https://${name}.authing.cn/oidc`) as [
      string,
      string,
      string,
    ]
    const guard = createGuard({
      apps: [
        { issuer: [second, first], appId },
        { issuer: third, appId },
        { issuer: first, appId: 'another' },
      ],
      resourceMetadata: { resource: 'https://api.example.com' },
    })
    expect(resourceMetadata(guard).document.authorization_servers).toEqual([second, first, third])
  })

  test('cannot be changed, nor by the options that it was made of', () => {
    const scopesSupported = ['book:read']
    const { document, responseTo, path } = resourceMetadata(
      guardOf({ resource: 'https://api.example.com', scopesSupported }),
    )
    scopesSupported.push('book:write')
    expect(document.scopes_supported).toEqual(['book:read'])
    for (const one of [document, document.authorization_servers, document.scopes_supported]) {
      expect(Object.isFrozen(one)).toBe(true)
    }
    expect(JSON.parse(responseTo('GET', path)?.body ?? '')).toEqual(document)
  })

  test('is the same for a guard of an adapter and for a stricter one', () => {
    const guard = authingGuard({ ...base, resourceMetadata: { resource: 'https://api.example.com' } })
    expect(resourceMetadata(guard.require({ scope: 'a' })).document).toEqual(resourceMetadata(guard).document)
  })
})

/** What a client does that follows the RFC to the letter (sections 3.1 and 3.3). */
function strictClient(resource: string, { responseTo }: ResourceMetadata): unknown {
  const [, origin = '', path = ''] = /^(https?:\/\/[^/]+)(.*)$/.exec(resource) ?? []
  const asked = `/.well-known/oauth-protected-resource${path === '/' ? '' : path}`
  const answer = responseTo('GET', asked)
  const document = JSON.parse(answer?.body ?? '{}')
  return document.resource === resource ? `${origin}${asked}` : 'the document is of another resource'
}

describe('the address', () => {
  test.each([
    ['https://api.example.com', 'https://api.example.com/.well-known/oauth-protected-resource'],
    ['https://api.example.com/', 'https://api.example.com/.well-known/oauth-protected-resource'],
    ['https://api.example.com:8443/mcp', 'https://api.example.com:8443/.well-known/oauth-protected-resource/mcp'],
    ['https://api.example.com/v1/mcp/', 'https://api.example.com/.well-known/oauth-protected-resource/v1/mcp/'],
    ['https://api.example.com/a%20b', 'https://api.example.com/.well-known/oauth-protected-resource/a%20b'],
    ['http://127.0.0.1:3000/mcp', 'http://127.0.0.1:3000/.well-known/oauth-protected-resource/mcp'],
    ['http://localhost:3000', 'http://localhost:3000/.well-known/oauth-protected-resource'],
    ['http://[::1]:3000', 'http://[::1]:3000/.well-known/oauth-protected-resource'],
  ])('of %s is where a strict client looks, and what the challenge names', async (resource, address) => {
    const guard = guardOf({ resource })
    expect(strictClient(resource, resourceMetadata(guard))).toBe(address)
    const { headers } = await refusalOf(guard.authenticate(undefined))
    expect(headers['WWW-Authenticate']).toBe(`Bearer realm="authing", resource_metadata="${address}"`)
  })
})

describe('resourceMetadata throws for', () => {
  const resource = 'https://api.example.com'
  test.each([
    [
      'two scopes in one',
      guardOf({ resource, scopesSupported: ['a b'] }),
      'resourceMetadata.scopesSupported must be one scope, or a list with one scope each (RFC 6749, 3.3)',
    ],
    ['no scopes', guardOf({ resource, scopesSupported: [] }), 'resourceMetadata.scopesSupported is an empty list'],
    ['a name that is blank', guardOf({ resource, resourceName: '' }), 'resourceMetadata.resourceName is blank'],
    ['no guard', undefined, 'the first argument must be a guard'],
    ['options', { ...base, resourceMetadata: { resource: 'https://a.example' } }, 'the first argument must be a guard'],
    ['a guard without the option', createGuard(base), 'serves what the guard'],
    [
      'a guard that has an address alone',
      createGuard({ ...base, resourceMetadata: 'https://api.example.com/metadata' }),
      'resourceMetadata: { resource:',
    ],
    [
      'a guard that has no issuer',
      createGuard({
        userPool: { id: 'pool', jwtSecret: 'x'.repeat(32) },
        resourceMetadata: { resource: 'https://api.example.com' },
      }),
      'a guard of userPool alone has none',
    ],
  ])('%s', (_, guard, says) => {
    const make = () => resourceMetadata(guard as never)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(says)
  })
})
