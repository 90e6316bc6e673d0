import { createGuard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { keyPair, pairOf } from '../support/forge.js'
import { expectThrow } from '../support/misuse.js'
import { withParts } from '../support/parts.js'
import { appId, issuer } from '../support/world.js'

// What a programmer reads who gives an option that is none: which it is, what is wrong with it, where the right one is.

const key = keyPair('ES256', 'kid-1')
const jwks = { keys: [key.jwk] }
const secret = 'the secret of the application, of more than 32 bytes'
const base = { issuer, appId }
const second = { issuer: 'https://shop.authing.cn/oidc', appId: '600a8f4e37708b363024a3ca' }
const circle: { keys: unknown[] } = { keys: [] }
circle.keys.push(circle)
const console = 'Authing console > Applications > your application'

type Row = readonly [what: string, options: unknown, message: string]

const rows: readonly Row[] = [
  ['no options', null, 'the options must be an object with issuer, appId, '],
  ['a list', [base], 'the options must be an object with issuer'],
  ['an unknown name', { ...base, tokens: 1 }, 'there is no option tokens. The options are issuer, appId, '],
  [
    'a name with a letter too many',
    { ...base, audiences: 1 },
    'there is no option audiences. Did you mean audience? The options are issuer, appId, ',
  ],
  ['a name with a letter too few', { ...base, isuer: 1 }, 'there is no option isuer. Did you mean issuer? The'],
  ['a name with another letter', { ...base, ussuer: 1 }, 'there is no option ussuer. Did you mean issuer? The'],
  ['a name with swapped letters', { ...base, isuser: 1 }, 'there is no option isuser. Did you mean issuer? The'],
  ['a name in other letters', { ...base, APPID: 1 }, 'there is no option APPID. Did you mean appId? The options are'],
  [
    'a name within a group with a letter too few',
    { ...base, jwksCache: { maxBytes: 5000, maxage: 1 } },
    'there is no option jwksCache.maxage. Did you mean jwksCache.maxAge? The options are maxAge, staleIfError, ',
  ],
  [
    'no issuer',
    { appId },
    `issuer is missing. It must be your application's Issuer, like https://my-app.authing.cn/oidc (${console} > Endpoints). AUTHING_ISSUER is read only where a guard has no options`,
  ],
  ['a null issuer', { appId, issuer: null }, 'issuer is missing. It must be'],
  ['a blank issuer', { appId, issuer: '  ' }, 'issuer is blank. It must be your application'],
  ['an issuer with a blank', { appId, issuer: `${issuer} ` }, 'issuer has white space around it'],
  ['a number', { appId, issuer: 1 }, 'issuer must be a string: your application'],
  ['no issuers', { appId, issuer: [] }, 'issuer is an empty list. It must be your application'],
  ['an issuer twice', { appId, issuer: [issuer, issuer] }, 'issuer holds the same value twice'],
  [
    'no URL',
    { appId, issuer: 'my-app.authing.cn' },
    'issuer must be an https URL: did you mean https://my-app.authing.cn?',
  ],
  [
    'no scheme',
    { appId, issuer: 'my-app.authing.cn/oidc' },
    'issuer must be an https URL: did you mean https://my-app.authing.cn/oidc?',
  ],
  ['an App ID as its issuer', { appId, issuer: appId }, 'issuer must be an https URL'],
  ['a URL of another scheme', { appId, issuer: 'ftp://my-app.authing.cn/oidc' }, 'issuer must be an https URL'],
  [
    'plain http',
    { appId, issuer: 'http://my-app.authing.cn/oidc' },
    'issuer must be an https URL: over plain http somebody on the network could replace the keys (allowHttp: true allows it)',
  ],
  [
    'a user in it',
    { appId, issuer: 'https://u@my-app.authing.cn/oidc' },
    'issuer must be a URL without a user or password',
  ],
  [
    'a password in it',
    { appId, issuer: 'https://:p@my-app.authing.cn/oidc' },
    'issuer must be a URL without a user or password',
  ],
  ['a fragment', { appId, issuer: `${issuer}#x` }, 'issuer must be a URL without a fragment'],
  ['a query', { appId, issuer: `${issuer}?x=1` }, 'issuer must be a URL without a query'],
  [
    'an Authing host without path',
    { appId, issuer: 'https://my-app.authing.cn' },
    "issuer must be what the tokens' iss says, with its path: https://my-app.authing.cn/oidc",
  ],
  [
    'a GenAuth host without path',
    { appId, issuer: 'https://my-app.genauth.ai/' },
    'with its path: https://my-app.genauth.ai/oidc',
  ],
  [
    'no appId',
    { issuer },
    `appId is missing. It must be your application's App ID, like 5f17a529f64fb009b794a2ff (${console})`,
  ],
  ['a list of appIds', { issuer, appId: [appId] }, 'appId must be a string'],
  [
    'an appSecret that is short',
    { ...base, appSecret: 'short' },
    `appSecret is shorter than 32 bytes. It must be your application's App Secret, not the user pool's (${console})`,
  ],
  [
    'an appSecret that is a key',
    { ...base, appSecret: '-----BEGIN PUBLIC KEY-----' },
    'appSecret looks like a PEM or a JSON Web Key',
  ],
  [
    'an appSecret and no HS256',
    { ...base, appSecret: secret, algorithms: ['RS256'] },
    "appSecret verifies HS256 tokens, and algorithms leaves 'HS256' out",
  ],
  [
    'HS256 and no appSecret',
    { ...base, algorithms: ['HS256'] },
    "algorithms holds 'HS256', and there is no appSecret to verify it with",
  ],
  [
    'an unknown algorithm',
    { ...base, algorithms: ['RS256', 'none'] },
    'algorithms must be one or several of RS256, RS384, ',
  ],
  ['no audience', { ...base, audience: [] }, 'audience is an empty list. It must be the audiences of access tokens'],
  [
    'jwks and jwksUri',
    { ...base, jwks, jwksUri: `${issuer}/keys` },
    'jwksUri and jwks are both given: name one of them',
  ],
  ['a blank jwksUri', { ...base, jwksUri: '' }, 'jwksUri is blank. It must be the address of the JWKS'],
  ['a jwksUri on http', { ...base, jwksUri: 'http://my-app.authing.cn/keys' }, 'jwksUri must be an https URL'],
  [
    'jwks that is none',
    { ...base, jwks: {} },
    'jwks holds no public key that verifies signatures (it must be { keys: [...] })',
  ],
  ['jwks without keys', { ...base, jwks: { keys: [] } }, 'jwks holds no public key that verifies signatures'],
  ['jwks of null', { ...base, jwks: null }, 'jwks holds no public key that verifies signatures'],
  ['jwks that is a function', { ...base, jwks: () => jwks }, 'jwks holds no public key that verifies signatures'],
  ['jwks that is a symbol', { ...base, jwks: Symbol('jwks') }, 'jwks holds no public key that verifies signatures'],
  ['jwks of a bigint', { ...base, jwks: { keys: [1n] } }, 'jwks holds no public key that verifies signatures'],
  ['jwks that is a circle', { ...base, jwks: circle }, 'jwks holds no public key that verifies signatures'],
  ['a userPool and no HS256', { userPool: { id: 'p', jwtSecret: secret }, algorithms: ['RS256'] }, 'algorithms'],
  ['jwks of unfit keys', { ...base, jwks: { keys: [null, { kty: 'oct', k: 'AAAA' }] } }, '(no JSON object; a secret)'],
  [
    'jwks for another algorithm',
    { ...base, jwks, algorithms: ['RS256'] },
    '(serves no algorithm that is allowed here)',
  ],
  ['allowHttp as text', { ...base, allowHttp: 'true' }, 'allowHttp must be false or true'],
  [
    'accept of something else',
    { ...base, accept: ['refresh_token'] },
    'accept must be one or several of id_token, access_token, user_token',
  ],
  ['accept of nothing', { ...base, accept: [] }, 'accept is an empty list'],
  ['accessKeys of true', { ...base, accessKeys: true }, "accessKeys must be 'none', 'any' or a list of access keys"],
  ['accessKeys of a text', { ...base, accessKeys: 'AK' }, "accessKeys must be 'none', 'any' or a list of access keys"],
  [
    'accessKeys of nothing',
    { ...base, accessKeys: [] },
    'accessKeys is an empty list. It must be a list of access keys',
  ],
  ['delegates of true', { ...base, delegates: true }, 'delegates must be "refuse" or "allow"'],
  ['bearerPrefix of false', { ...base, bearerPrefix: false }, 'bearerPrefix must be "required" or "optional"'],
  [
    'a tolerance in milliseconds',
    { ...base, clockTolerance: 5000 },
    'clockTolerance must be a number of seconds (not milliseconds), from 0 to 300',
  ],
  [
    'a maxTokenAge of 0',
    { ...base, maxTokenAge: 0 },
    'maxTokenAge must be a number of seconds (not milliseconds), from 1 to 31622400',
  ],
  ['a userPool that is none', { ...base, userPool: 'pool-1' }, 'userPool must be an object with id, jwtSecret'],
  [
    'a userPool without id',
    { ...base, userPool: { jwtSecret: secret } },
    "userPool.id is missing. It must be the user pool's ID (Authing console > Settings)",
  ],
  [
    'a userPool without secret',
    { ...base, userPool: { id: 'pool-1' } },
    "userPool.jwtSecret is missing. It must be the user pool's jwtSecret, which is not the pool's secret",
  ],
  [
    'a userPool of a short secret',
    { ...base, userPool: { id: 'p', jwtSecret: 'x' } },
    'userPool.jwtSecret is shorter than 32 bytes',
  ],
  ['a userPool and half an application', { issuer, userPool: { id: 'p', jwtSecret: secret } }, 'appId is missing'],
  [
    'keys of another name',
    { ...base, jwksCache: { fresh: 1 } },
    'there is no option jwksCache.fresh. The options are maxAge, staleIfError, timeout, maxBytes',
  ],
  [
    'keys in milliseconds',
    { ...base, jwksCache: { timeout: 3000 } },
    'jwksCache.timeout must be a number of seconds (not milliseconds), from 0.01 to 30',
  ],
  [
    'keys in half bytes',
    { ...base, jwksCache: { maxBytes: 5000.5 } },
    'jwksCache.maxBytes must be a whole number from 1024 to 16777216',
  ],
  ['a cache of true', { ...base, tokenCache: true }, 'tokenCache must be an object with maxEntries, maxBytes, maxAge'],
  [
    'a cache for a day',
    { ...base, tokenCache: { maxAge: 86_400 } },
    'tokenCache.maxAge must be a number of seconds (not milliseconds), from 1 to 300',
  ],
  [
    'introspection of true',
    { ...base, introspection: true },
    "introspection must be introspection({ ... }): import { introspection } from 'authing-guard/introspection'",
  ],
  [
    'introspection of another name',
    { ...base, introspection: { secret } },
    'there is no option introspection.secret. The options are when,',
  ],
  [
    'introspection without a secret',
    { ...base, appSecret: secret, introspection: {} },
    `introspection.clientSecret is missing. It must be your application's App Secret (${console}), unless clientAuth is 'none'`,
  ],
  [
    'introspection of a blank secret',
    { ...base, introspection: { clientSecret: '' } },
    'introspection.clientSecret is blank. It must be',
  ],
  [
    'introspection with a secret that is for nothing',
    { ...base, introspection: { clientAuth: 'none', clientSecret: secret } },
    "introspection.clientSecret is given, and clientAuth is 'none': name one",
  ],
  [
    'introspection by another method',
    { ...base, introspection: { clientSecret: secret, clientAuth: 'private_key_jwt' } },
    'introspection.clientAuth must be "client_secret_post" or "client_secret_basic" or "none"',
  ],
  [
    'introspection at another time',
    { ...base, introspection: { clientSecret: secret, when: 'sometimes' } },
    'introspection.when must be "never" or "opaque" or "always"',
  ],
  [
    'introspection in milliseconds',
    { ...base, introspection: { clientSecret: secret, timeout: 3000 } },
    'introspection.timeout must be a number of seconds (not milliseconds), from 0.01 to 30',
  ],
  [
    'introspection remembered for an hour',
    { ...base, introspection: { clientSecret: secret, cacheSeconds: 3600 } },
    'introspection.cacheSeconds must be a number of seconds (not milliseconds), from 0 to 60',
  ],
  [
    'introspection as text',
    { ...base, introspection: { clientSecret: secret, strict: 'true' } },
    'introspection.strict must be false or true',
  ],
  [
    'introspection by another protocol',
    { ...base, introspection: { clientSecret: secret, protocol: 'saml' } },
    'introspection.protocol must be "oidc" or "oauth"',
  ],
  [
    'introspection at an address and by a protocol',
    { ...base, introspection: { clientSecret: secret, endpoint: `${issuer}/ask`, protocol: 'oidc' } },
    'introspection.protocol and endpoint are both given: name one of them',
  ],
  [
    'introspection on plain http',
    { ...base, introspection: { clientSecret: secret, endpoint: 'http://my-app.authing.cn/ask' } },
    'introspection.endpoint must be an https URL',
  ],
  [
    'introspection at no address',
    { ...base, introspection: { clientSecret: secret, endpoint: ' ' } },
    'introspection.endpoint is blank. It must be the address for introspection',
  ],
  [
    'introspection and a pool alone',
    { userPool: { id: 'p', jwtSecret: secret }, introspection: { clientSecret: secret } },
    'introspection needs an application to ask as: its issuer and appId',
  ],
  [
    'introspection always, and a pool',
    { ...base, userPool: { id: 'p', jwtSecret: secret }, introspection: { clientSecret: secret, when: 'always' } },
    "introspection.when is 'always', and the issuer cannot be asked about the tokens of userPool",
  ],
  [
    'accept of opaque, and nobody to ask',
    { ...base, accept: ['access_token', 'opaque'], introspection: { clientSecret: secret } },
    "accept names opaque, which needs introspection.when: 'opaque' or 'always'",
  ],
  [
    'accept without opaque, and online for those',
    { ...base, accept: 'access_token', introspection: { clientSecret: secret, when: 'opaque' } },
    "accept leaves out opaque, and introspection.when is 'opaque'",
  ],
  [
    'accept of what nobody can be asked about',
    { ...base, accept: ['access_token', 'user_token'], introspection: { clientSecret: secret, when: 'always' } },
    "accept names user_token, about which Authing does not answer, and introspection.when is 'always'",
  ],
  [
    'introspection of an application in the wrong place',
    { apps: [base], introspection: { clientSecret: secret } },
    "introspection.clientSecret is an application's own: with apps, write apps[0].introspection.clientSecret",
  ],
  [
    'introspection of one application, and not of the other',
    { apps: [{ ...base, introspection: { clientSecret: secret } }, second], introspection: { when: 'always' } },
    'apps[1].introspection is missing. It must be { clientSecret }, with which the application may ask',
  ],
  [
    'introspection of an application, with what is the guard’s',
    { apps: [{ ...base, introspection: { clientSecret: secret, when: 'always' } }], introspection: {} },
    'there is no option apps[0].introspection.when. The options are clientSecret, clientAuth, endpoint, protocol, opaque',
  ],
  [
    'introspection of no application that is marked',
    { apps: [{ ...base, introspection: { clientSecret: secret } }, second], introspection: { when: 'opaque' } },
    'opaque tokens do not say which application they are of: mark one of apps with introspection: { opaque: true }, not none',
  ],
  [
    'introspection of two that are marked',
    {
      apps: [base, second].map((app) => ({ ...app, introspection: { clientSecret: secret, opaque: true } })),
      introspection: { when: 'always' },
    },
    'opaque tokens do not say which application they are of: mark one of apps with introspection: { opaque: true }, not more than one',
  ],
  ['a realm with a quote', { ...base, realm: 'a "b"' }, 'realm must be printable ASCII without " and \\'],
  ['a realm in Chinese', { ...base, realm: '接口' }, 'realm must be printable ASCII'],
  ['a blank realm', { ...base, realm: '' }, 'realm is blank. It must be a name for what is guarded'],
  [
    'resourceMetadata that is not a URL',
    { ...base, resourceMetadata: '/metadata' },
    'resourceMetadata must be an https URL',
  ],
  [
    'resourceMetadata of another scheme',
    { ...base, resourceMetadata: 'data:x' },
    'resourceMetadata must be an https URL',
  ],
  [
    'resourceMetadata on plain http',
    { ...base, resourceMetadata: 'http://api.example.com/metadata' },
    'resourceMetadata must be an https URL (http on loopback alone) without a fragment',
  ],
  [
    'resourceMetadata with a fragment',
    { ...base, resourceMetadata: 'https://api.example.com/#metadata' },
    'resourceMetadata must be an https URL (http on loopback alone) without a fragment',
  ],
  [
    'resourceMetadata that is a number',
    { ...base, resourceMetadata: 1 },
    'resourceMetadata must be an object with resource, scopesSupported, resourceName',
  ],
  ...(
    [
      [undefined, 'must be an https URL (http on loopback alone) without a fragment'],
      ['', 'must be an https URL (http on loopback alone) without a fragment'],
      [' https://api.example.com', 'must be written as https://api.example.com/'],
      [['https://api.example.com'], 'must be an https URL (http on loopback alone) without a fragment'],
      ['api.example.com', 'must be an https URL (http on loopback alone) without a fragment'],
      ['http://api.example.com', 'must be an https URL (http on loopback alone) without a fragment'],
      ['https://user@api.example.com', 'must be written as https://api.example.com/'],
      ['https://api.example.com/mcp#', 'must be an https URL (http on loopback alone) without a fragment'],
      ['https://api.example.com/mcp?', 'must be written as https://api.example.com/mcp'],
      ['https://api.example.com/mcp?tenant=a', 'must be written as https://api.example.com/mcp'],
      ['https://API.example.com/mcp', 'must be written as https://api.example.com/mcp'],
      ['https://api.example.com:443', 'must be written as https://api.example.com/'],
      ['https://api.example.com/a/../mcp', 'must be written as https://api.example.com/mcp'],
      ['https://api.example.com/书', 'must be written as https://api.example.com/%E4%B9%A6'],
      ['https:api.example.com', 'must be written as https://api.example.com/'],
    ] as const
  ).map(
    ([resource, says]) =>
      [
        `a resource that is ${JSON.stringify(resource)}`,
        { ...base, resourceMetadata: { resource } },
        `resourceMetadata.resource ${says}`,
      ] as const,
  ),
  [
    'resourceMetadata under the name of the RFC',
    { ...base, resourceMetadata: { resource: 'https://api.example.com', scopes_supported: [] } },
    'there is no option resourceMetadata.scopes_supported. Did you mean resourceMetadata.scopesSupported?',
  ],
  ['isRevoked that is none', { ...base, isRevoked: true }, 'isRevoked must be a function'],
  [
    'a store that is none',
    { ...base, store: 'redis://' },
    "store must be sharedStore({ ... }): import { sharedStore } from 'authing-guard/store'",
  ],
  [
    'a store without a client',
    { ...base, store: { secret } },
    'store.client must have get, set and delete, like new Keyv(new KeyvRedis(url))',
  ],
  ['a store of an address', { ...base, store: { client: 'redis://', secret } }, 'store.client must have get, set and'],
  [
    'a client without delete',
    { ...base, store: { client: { get() {}, set() {} }, secret } },
    'store.client must have get, set and delete',
  ],
  [
    'a client that hides its errors for good',
    { ...base, store: { client: Object.freeze({ get() {}, set() {}, delete() {}, throwOnErrors: false }), secret } },
    'store.client hides its errors: make it with throwOnErrors: true',
  ],
  [
    'a client whose errors cannot be told',
    {
      ...base,
      store: {
        client: {
          get() {},
          set() {},
          delete() {},
          get throwOnErrors() {
            return false
          },
          set throwOnErrors(_) {},
        },
        secret,
      },
    },
    'store.client hides its errors',
  ],
  [
    'a store without a secret',
    { ...base, store: { client: new Map() } },
    'store.secret is missing. It must be a secret',
  ],
  [
    'a store of a short secret',
    { ...base, store: { client: new Map(), secret: [secret, 'short'] } },
    'store.secret is shorter than 32 bytes. It must be a secret that all instances know and nobody else',
  ],
  [
    'a store in milliseconds',
    { ...base, store: { client: new Map(), secret, timeout: 250 } },
    'store.timeout must be a number of seconds (not milliseconds), from 0.01 to 5',
  ],
  [
    'revocations that are stale for a day',
    { ...base, store: { client: new Map(), secret, staleRevocations: 86_400 } },
    'store.staleRevocations must be a number of seconds (not milliseconds), from 0 to 3600',
  ],
  [
    'a prefix with a colon',
    { ...base, store: { client: new Map(), secret, prefix: 'a:b' } },
    'store.prefix must be at most 100 printable ASCII characters, and no colon',
  ],
  ['onEvent that is none', { ...base, onEvent: {} }, 'onEvent must be a function'],
  ['fetch that is none', { ...base, fetch: 'node-fetch' }, 'fetch must be a function'],
  ['now as a time', { ...base, now: 1_700_000_000_000 }, 'now must be a function'],
  [
    'apps and an application',
    { ...base, apps: [base] },
    'apps and issuer, appId are both given: put each application into apps',
  ],
  ['no apps', { apps: [] }, 'apps must be a list of { issuer, appId }'],
  [
    'apps of text',
    { apps: ['x'] },
    'apps[0] must be an object with issuer, appId, appSecret, audience, jwksUri, jwks, allowHttp',
  ],
  ['a common option in apps', { apps: [{ ...base, accept: 'id_token' }] }, 'there is no option apps[0].accept'],
  [
    'an application twice',
    { apps: [base, base] },
    `two apps have the issuer ${issuer} and the appId or audience ${appId}: a token must be for one of them`,
  ],
]

describe('createGuard throws for', () => {
  it.each(rows)('%s', (_, options, message) => {
    expectThrow(options, message)
  })

  it('a short secret, and the message does not contain it', () => {
    const told = 'hunter2-hunter2'
    for (const options of [
      { ...base, appSecret: told },
      { ...base, appSecret: `${secret}\n` },
      { ...base, appSecret: [secret, secret] },
      { ...base, userPool: { id: 'p', jwtSecret: told } },
      { ...base, store: { client: new Map(), secret: told } },
      { ...base, store: { client: new Map(), secret: [secret, secret] } },
      { apps: [{ ...base, appSecret: told }] },
      { ...base, introspection: { clientAuth: 'none', clientSecret: told } },
      { ...base, introspection: { clientSecret: ` ${told}` } },
      { apps: [base], introspection: { clientSecret: told } },
      { ...base, jwks: { keys: [{ ...key.privateKey.export({ format: 'jwk' }), kid: told }] } },
    ]) {
      const make = () => createGuard(withParts(options) as never)
      expect(make).toThrow(/^authing-guard: /)
      expect(make).not.toThrow(told)
      expect(make).not.toThrow(secret)
    }
    const d = String(pairOf(key.privateKey, 'ES256', 'x').privateKey.export({ format: 'jwk' }).d)
    expect(() => createGuard({ ...base, jwks: { keys: [{ ...key.jwk, d }] } })).not.toThrow(d)
  })
})
