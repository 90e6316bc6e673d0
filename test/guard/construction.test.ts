import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { describe, expect, it } from 'vitest'
import { withParts } from '../support/parts.js'
import { appId, issuer } from '../support/world.js'

// What a guard is made of; what it is not made of is in messages.test.ts.

const secret = 'the secret of the application, of more than 32 bytes'
const base = { issuer, appId }

describe('createGuard accepts', () => {
  it.each<[string, object]>([
    ['several issuers', { issuer: [issuer, 'https://login.example.com'], appId }],
    [
      'undefined for what is left out',
      { ...base, appSecret: undefined, audience: undefined, jwksCache: undefined, apps: undefined },
    ],
    [
      'several of everything',
      { ...base, appSecret: [secret, `${secret}2`], audience: ['a', 'b'], accept: ['id_token', 'user_token'] },
    ],
    ['a secret and its algorithm', { ...base, appSecret: secret, algorithms: ['HS256', 'RS256'] }],
    ['a pool and HS256', { userPool: { id: 'p', jwtSecret: secret }, algorithms: ['HS256'] }],
    ['http where it is allowed', { issuer: 'http://10.0.0.1:3000/oidc', appId, allowHttp: true }],
    ['an issuer elsewhere without path', { issuer: 'https://login.example.com', appId }],
    [
      'bounds',
      {
        ...base,
        clockTolerance: 0,
        maxTokenAge: 1,
        jwksCache: { staleIfError: 0, maxAge: 1, timeout: 30, maxBytes: 1024 },
      },
    ],
    [
      'introspection by itself',
      { ...base, introspection: { clientSecret: 'x', clientAuth: undefined, cacheSeconds: 0, timeout: 30 } },
    ],
    [
      'introspection for JWTs alone',
      { ...base, accept: 'access_token', introspection: { clientSecret: 'x', when: 'always' } },
    ],
    [
      'introspection without secrets',
      {
        apps: [{ ...base, introspection: { clientAuth: 'none', clientSecret: undefined } }],
        introspection: { clientSecret: undefined },
      },
    ],
    [
      'introspection at an address',
      { ...base, introspection: { clientSecret: 'x', endpoint: `${issuer}/ask`, protocol: undefined } },
    ],
    [
      'introspection on loopback',
      { ...base, introspection: { clientAuth: 'none', endpoint: 'http://127.0.0.1:3000/ask' } },
    ],
    ['a realm and metadata', { ...base, realm: 'api v1!', resourceMetadata: 'http://localhost:3000/metadata' }],
    [
      'metadata with undefined for what is left out',
      { ...base, resourceMetadata: { resource: 'https://api.example.com', scopesSupported: undefined } },
    ],
  ])('%s', (_, options) => {
    expect(() => createGuard(withParts(options) as never)).not.toThrow()
  })
})

describe('createGuard throws for', () => {
  it('two arguments', () => {
    const make = createGuard as (...given: unknown[]) => unknown
    expect(() => make(base, {})).toThrow(new TypeError('authing-guard: a guard takes one argument: its options'))
    expect(() => make(null)).toThrow(/^authing-guard: the options must be an object/)
  })

  it('the request that app.use(authingGuard) passes without calling it', () => {
    const handed = authingGuard as unknown as (...given: unknown[]) => unknown
    const message =
      'authingGuard was passed as a middleware without being called: write app.use(authingGuard({ issuer, appId }))'
    for (const request of [{ headers: {} }, { headers: { authorization: 'Bearer x' }, url: '/' }]) {
      expect(() => handed(request, {}, () => {})).toThrow(new TypeError(`authing-guard: ${message}`))
    }
  })
})
