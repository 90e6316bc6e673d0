import { generateKeyPairSync } from 'node:crypto'
import type { GuardOptions } from 'authing-guard'
import { introspection } from 'authing-guard/introspection'
import { sharedStore } from 'authing-guard/store'
import type { PoolApplication, UserPool } from 'authing-guard/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type DoctorSettings, diagnoseOptions } from '../../../src/cli/doctor/doctor.js'
import { maxKeys } from '../../../src/jwks/key-set.js'
import { keyPair, pairOf } from '../../support/forge.js'
import { withParts } from '../../support/parts.js'
import { openWorld, optionsOf, type World } from '../broken/world.js'

let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterEach(() => world.pool.comeUp())
afterAll(() => world.close())

interface Row {
  readonly broken: string
  readonly ask: (world: World) => Asked | Promise<Asked>
  readonly name: string
  readonly state: 'ok' | 'warning' | 'unproven' | 'wrong'
  readonly en: readonly [title: RegExp, fix?: RegExp]
  readonly zh: readonly [title: RegExp, fix?: RegExp]
}

interface Asked extends Omit<DoctorSettings, 'language'> {
  readonly options: GuardOptions
}

const managementOf = (pool: UserPool, more: object = {}) => {
  const [{ accessKeyId, accessKeySecret } = { accessKeyId: '', accessKeySecret: '' }] = pool.accessKeys
  return { accessKeyId, accessKeySecret, host: pool.managementHost, ...more }
}

/** A store in this process, with broken methods. */
const storeOf = (broken: object, more: object = {}) => {
  const values = new Map<string, unknown>()
  const client = {
    get: async (name: string) => values.get(name),
    set: async (name: string, value: unknown) => void values.set(name, value),
    delete: async (name: string) => values.delete(name),
    ...broken,
  }
  return { store: { client, secret: 'the secret of the store, of more than 32 bytes', ...more } }
}

const rows: readonly Row[] = [
  {
    broken: 'an App ID that does not exist, at an issuer of its own',
    ask: ({ rs }) => ({ options: optionsOf(rs, { appId: 'f'.repeat(24) }) }),
    name: 'appIdUnproven',
    state: 'unproven',
    en: [/No answer of the issuer confirms that the App ID "f{24}" exists/, /--token.*AUTHING_APP_SECRET/],
    zh: [/的响应都无法证明 App ID "f{24}" 存在/, /--token.*AUTHING_APP_SECRET/],
  },
  {
    broken: 'an App ID that does not exist, under a unified domain',
    ask: ({ unified }) => ({ options: optionsOf(unified, { appId: 'f'.repeat(24) }) }),
    name: 'appIdOther',
    state: 'wrong',
    en: [/issuer names the App ID "[0-9a-f]{24}", and appId is "f{24}"/, /take both from the same application/],
    zh: [/issuer 里的 App ID 是 "[0-9a-f]{24}"，而 appId 是 "f{24}"/, /同一个应用/],
  },
  {
    broken: 'the App ID of another application that shares the issuer',
    ask: ({ shared }) => {
      const [one, other] = shared.apps
      return { options: optionsOf(one as PoolApplication, { appId: other?.appId, jwksUri: one?.jwksUri }) }
    },
    name: 'appIdKeys',
    state: 'wrong',
    en: [
      /not those of the App ID "[0-9a-f]{24}", which are at http.*jwks\.json/,
      /If it is right, set jwksUri to 'http/,
    ],
    zh: [/不是 App ID "[0-9a-f]{24}" 的.*http.*jwks\.json/, /如果没有填错，设置 jwksUri: 'http/],
  },
  {
    broken: 'an App ID at a host that answers for any App ID',
    ask: async ({ rs, serve }) => {
      const origin = await serve({ keys: [keyPair('RS256', 'k').jwk] })
      return { options: optionsOf(rs, { issuer: `${origin}/oidc` }) }
    },
    name: 'appIdUnproven',
    state: 'unproven',
    en: [/confirms that the App ID/, /--token/],
    zh: [/的响应都无法证明 App ID/, /--token/],
  },
  {
    broken: 'an App ID at a host that breaks down before it answers for another one',
    ask: ({ unified }) => {
      const failing: typeof fetch = (url, init) =>
        String(url).includes('/000') ? Promise.reject(new Error('reset')) : fetch(url, init)
      return { options: optionsOf(unified, { fetch: failing }) }
    },
    name: 'appIdUnproven',
    state: 'unproven',
    en: [/confirms that the App ID/, /--token/],
    zh: [/的响应都无法证明 App ID/, /--token/],
  },
  {
    broken: 'an App ID with an address of its own',
    ask: ({ unified }) => ({ options: optionsOf(unified) }),
    name: 'appIdOk',
    state: 'ok',
    en: [/App ID "[0-9a-f]{24}" exists: its keys are at http.*jwks\.json, and a made-up App ID has none/],
    zh: [/App ID "[0-9a-f]{24}" 存在：它的公钥在 http.*jwks\.json/],
  },
  {
    broken: 'an App ID with an address of its own, and given keys that no longer sign',
    ask: ({ unified }) => ({ options: optionsOf(unified, { jwks: { keys: [keyPair('RS256', 'old').jwk] } }) }),
    name: 'appIdKeys',
    state: 'wrong',
    en: [/not those of the App ID/, /set jwksUri/],
    zh: [/不是 App ID/, /设置 jwksUri/],
  },
  {
    broken: 'an App ID whose secret the issuer knows',
    ask: ({ hs }) => ({ options: optionsOf(hs, { appSecret: hs.appSecret }) }),
    name: 'appIdOk',
    state: 'ok',
    en: [/exists: the issuer knows its appSecret/],
    zh: [/存在：issuer 确认了它的 appSecret/],
  },
  {
    broken: 'an App ID that the issuer lets introspect with its secret',
    ask: ({ rs }) => ({ options: optionsOf(rs, { introspection: { clientSecret: rs.appSecret } }) }),
    name: 'appIdOk',
    state: 'ok',
    en: [/exists: the issuer lets it introspect tokens, and not a made-up caller/],
    zh: [/存在：issuer 允许它查询 token/],
  },
  {
    broken: 'an App ID that a token is for',
    ask: ({ pool, rs }) => ({ options: optionsOf(rs), token: `Bearer ${pool.mint()}` }),
    name: 'appIdOk',
    state: 'ok',
    en: [/exists: the token is for it/],
    zh: [/存在：token 是签发给它的/],
  },
  {
    broken: 'an App ID for which an access key got the token',
    ask: ({ pool, rs }) => ({
      options: optionsOf(rs, { accessKeys: 'any' }),
      token: `Bearer ${pool.mint({ type: 'machine' })}`,
    }),
    name: 'appIdOk',
    state: 'ok',
    en: [/exists: the token is for it/],
    zh: [/存在：token 是签发给它的/],
  },
  {
    broken: 'an App ID that a token for an audience does not name',
    ask: ({ pool, rs }) => ({
      options: optionsOf(rs, { audience: 'https://api.example.com', appId: 'f'.repeat(24) }),
      token: `Bearer ${pool.mint({ claims: { aud: 'https://api.example.com' } })}`,
    }),
    name: 'appIdUnproven',
    state: 'unproven',
    en: [/confirms that the App ID/, /--token/],
    zh: [/的响应都无法证明 App ID/, /--token/],
  },
  {
    broken: 'a user pool that nothing confirms',
    ask: ({ pool }) => ({ options: { userPool: { id: 'f'.repeat(24), jwtSecret: pool.jwtSecret } } }),
    name: 'userPoolUnproven',
    state: 'unproven',
    en: [/Nothing confirms that userPool\.id and userPool\.jwtSecret are right/, /--token and a user\.token/],
    zh: [/没有什么能确认 userPool\.id 和 userPool\.jwtSecret 正确/, /--token/],
  },
  {
    broken: 'a user pool that a token is from',
    ask: ({ pool }) => ({
      options: { userPool: { id: pool.userPoolId, jwtSecret: pool.jwtSecret } },
      token: `Bearer ${pool.mint({ type: 'legacy_user_token' })}`,
    }),
    name: 'userPoolOk',
    state: 'ok',
    en: [/userPool\.id and userPool\.jwtSecret are right: the token is from that pool/],
    zh: [/userPool\.id 和 userPool\.jwtSecret 正确/],
  },
  {
    broken: 'a user pool, and a token of an application',
    ask: ({ pool, rs }) => ({
      options: optionsOf(rs, { userPool: { id: pool.userPoolId, jwtSecret: pool.jwtSecret } }),
      token: `Bearer ${pool.mint()}`,
    }),
    name: 'userPoolUnproven',
    state: 'unproven',
    en: [/Nothing confirms that userPool\.id/, /--token/],
    zh: [/没有什么能确认 userPool/, /--token/],
  },
  {
    broken: 'a secret at an introspection that breaks down before it is asked with another one',
    ask: ({ hs }) => {
      const failing: typeof fetch = (url, init) =>
        String(init?.body).includes('client_secret=0000') ? Promise.reject(new Error('reset')) : fetch(url, init)
      return { options: optionsOf(hs, { appSecret: hs.appSecret, fetch: failing }) }
    },
    name: 'secretUnproven',
    state: 'unproven',
    en: [/does not say whether appSecret is right \(could not reach/, /Use --token/],
    zh: [/没有说明 appSecret 是否正确（could not reach/, /加上 --token/],
  },
  {
    broken: 'an introspection that breaks down before a made-up caller asks it',
    ask: ({ rs }) => {
      const failing: typeof fetch = (url, init) =>
        String(init?.body).includes('client_secret=0000') ? Promise.reject(new Error('reset')) : fetch(url, init)
      return { options: optionsOf(rs, { introspection: { clientSecret: rs.appSecret }, fetch: failing }) }
    },
    name: 'onlineDown',
    state: 'wrong',
    en: [/Introspection failed: could not reach/, /reaches it/],
    zh: [/无法向 issuer 查询 token：could not reach/, /能否访问/],
  },
  {
    broken: 'an introspection that refuses a wrong secret with status 200',
    ask: ({ rs }) => {
      const answering: typeof fetch = (url, init) =>
        String(init?.body).includes('client_secret=0000')
          ? Promise.resolve(Response.json({ error: 'invalid_client' }))
          : fetch(url, init)
      return { options: optionsOf(rs, { introspection: { clientSecret: rs.appSecret }, fetch: answering }) }
    },
    name: 'onlineOk',
    state: 'ok',
    en: [/lets the application introspect tokens/],
    zh: [/允许这个应用查询 token/],
  },
  {
    broken: 'an introspection that takes any App ID without a secret',
    ask: async ({ rs, serve }) => {
      const endpoint = await serve({ active: false })
      return { options: optionsOf(rs, { introspection: { clientAuth: 'none', endpoint } }) }
    },
    name: 'onlineAnybody',
    state: 'ok',
    en: [/answers introspection, and does not ask who the caller is/],
    zh: [/不核实询问者是谁/],
  },
  {
    broken: 'the issuer without /oidc',
    ask: ({ rs }) => ({ options: optionsOf(rs, { issuer: rs.host }) }),
    name: 'discoveryNear',
    state: 'wrong',
    en: [
      /no discovery document at "http:.*".*names "http:\/\/127\.0\.0\.1:\d+\/oidc"/,
      /Set issuer .* to "http.*\/oidc"/,
    ],
    zh: [/没有发现文档.*"http:\/\/127\.0\.0\.1:\d+\/oidc"/, /设为 "http.*\/oidc"/],
  },
  {
    broken: 'the host for the issuer, under a unified domain',
    ask: ({ unified }) => ({ options: optionsOf(unified, { issuer: `${unified.host}/oidc` }) }),
    name: 'discoveryNear',
    state: 'wrong',
    en: [/names "http:.*\/[0-9a-f]{24}\/oidc"/, /Set issuer .* to "http.*\/[0-9a-f]{24}\/oidc"/],
    zh: [/"http:.*\/[0-9a-f]{24}\/oidc"/, /设为 "http.*\/[0-9a-f]{24}\/oidc"/],
  },
  {
    broken: 'an issuer with a trailing slash',
    ask: ({ rs }) => ({ options: optionsOf(rs, { issuer: `${rs.issuer}/` }) }),
    name: 'discoveryOther',
    state: 'wrong',
    en: [
      /expect the issuer "http.*\/oidc\/", and the discovery document names "http.*\/oidc"/,
      /Set issuer .* to "http.*\/oidc"/,
    ],
    zh: [/期望的 issuer 是 "http.*\/oidc\/"，而发现文档里写的是 "http.*\/oidc"/, /设为 "http.*\/oidc"/],
  },
  {
    broken: 'an issuer that has no discovery document',
    ask: async ({ own }) => {
      const pool = await own()
      pool.goDown({ fault: 'missing', path: '/openid-configuration' })
      return { options: optionsOf(pool) }
    },
    name: 'discoveryMissing',
    state: 'warning',
    en: [/no discovery document at "http/, /ends in \/oidc/],
    zh: [/没有发现文档/, /以 \/oidc 结尾/],
  },
  {
    broken: 'an issuer that is down',
    ask: async ({ own }) => {
      const pool = await own()
      pool.goDown()
      return { options: optionsOf(pool) }
    },
    name: 'discoveryDown',
    state: 'wrong',
    en: [/could not be reached \([A-Z_]+\)/, /DNS, proxy, firewall/],
    zh: [/无法访问 issuer（[A-Z_]+）/, /DNS、代理、防火墙/],
  },
  {
    broken: 'a self-signed certificate',
    ask: async ({ serveSelfSigned }) => ({ options: { issuer: `${await serveSelfSigned()}/oidc`, appId: 'a' } }),
    name: 'transportUntrusted',
    state: 'wrong',
    en: [/certificate is not valid \(127\.0\.0\.1:\d+: \w*SELF_SIGNED/, /NODE_EXTRA_CA_CERTS/],
    zh: [/证书不可信（127\.0\.0\.1:\d+：\w*SELF_SIGNED/, /NODE_EXTRA_CA_CERTS/],
  },
  {
    broken: 'a certificate that holds',
    ask: ({ pool, rs }) => {
      // Like a proxy that ends TLS: the guard uses https, and the pool gets http.
      const through: typeof fetch = (url, init) =>
        fetch(String(url).replace(/^https:\/\/a\.example\.com/, rs.host), init)
      return { options: { issuer: 'https://a.example.com/oidc', appId: pool.appId, fetch: through } }
    },
    name: 'transportTls',
    state: 'ok',
    en: [/certificate is valid \(a\.example\.com\)/],
    zh: [/证书可信（a\.example\.com）/],
  },
  {
    broken: 'an issuer on plain http, by allowHttp',
    ask: ({ pool, rs }) => {
      const through: typeof fetch = (url, init) =>
        fetch(String(url).replace(/^http:\/\/a\.example\.com/, rs.host), init)
      return { options: { issuer: 'http://a.example.com/oidc', appId: pool.appId, allowHttp: true, fetch: through } }
    },
    name: 'transportHttp',
    state: 'warning',
    en: [/on plain http \(a\.example\.com\)/, /remove allowHttp/],
    zh: [/用的是 http（a\.example\.com）/, /去掉 allowHttp/],
  },
  {
    broken: 'an issuer on plain http',
    ask: () => ({ options: { issuer: 'http://a.example.com/oidc', appId: 'a' } }),
    name: 'optionsWrong',
    state: 'wrong',
    en: [/issuer is on plain http/, /Set issuer to the https address/],
    zh: [/issuer 用的是 http/, /改成 https 地址/],
  },
  {
    broken: 'the JWKS address of another application',
    ask: ({ rs, hs }) => ({ options: optionsOf(rs, { jwksUri: hs.jwksUri }) }),
    name: 'keysElsewhere',
    state: 'wrong',
    en: [/not those that the issuer publishes.*two layouts/, /Set jwksUri to 'http/],
    zh: [/与 issuer 在 .* 发布的不同.*两种地址布局/, /设置 jwksUri: 'http/],
  },
  {
    broken: 'the JWKS address of the layout that the issuer does not have',
    ask: ({ rs }) => ({ options: optionsOf(rs, { jwksUri: `${rs.host}/gone/jwks.json` }) }),
    name: 'keysElsewhere',
    state: 'wrong',
    en: [/not those that the issuer publishes/, /Set jwksUri to 'http/],
    zh: [/发布的不同/, /设置 jwksUri: 'http/],
  },
  {
    broken: 'other keys than those that the issuer publishes',
    ask: async ({ rs, serve }) => {
      const { kid: _, ...unnamed } = keyPair('RS256', 'unnamed').jwk
      const weak = pairOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey, 'RS256', 'weak')
      const origin = await serve({ jwks_uri: '/', keys: [unnamed, weak.jwk, keyPair('ES256', 'published').jwk] })
      const jwksUri = `${origin}/published.json`
      const publishing: typeof fetch = async (url, init) =>
        String(url).endsWith('/openid-configuration') ? Response.json({ jwks_uri: jwksUri }) : fetch(url, init)
      return { options: optionsOf(rs, { issuer: `${origin}/oidc`, jwksUri: rs.jwksUri, fetch: publishing }) }
    },
    name: 'keysElsewhere',
    state: 'wrong',
    en: [/not those that the issuer publishes at http.*published\.json/, /Set jwksUri to 'http.*published\.json'/],
    zh: [/发布的不同/, /设置 jwksUri: 'http.*published\.json'/],
  },
  {
    broken: 'an issuer that says it publishes its keys where there are none, or at another host',
    ask: ({ rs }) => {
      const places = [`${rs.host}/gone.json`, 'https://another.example.com/jwks.json', 'no address', undefined]
      let asked = 0
      const publishing: typeof fetch = async (url, init) =>
        String(url).endsWith('/openid-configuration')
          ? Response.json({ issuer: rs.issuer, jwks_uri: places[asked++ % places.length] })
          : fetch(url, init)
      const issuer = [rs.issuer, `${rs.host}//oidc`, `${rs.host}///oidc`]
      return { options: optionsOf(rs, { issuer, jwksUri: rs.jwksUri, fetch: publishing }) }
    },
    name: 'keysOk',
    state: 'ok',
    en: [/The JWKS is at http.*: kid "[\w-]{43}"/],
    zh: [/JWKS 在 http.*：kid "[\w-]{43}"/],
  },
  ...(
    [
      ['error', /answered 500/],
      ['busy', /answered 429/],
      ['html', /did not answer JSON/],
    ] as const
  ).map(([fault, words]) => ({
    broken: `an issuer in an outage: ${fault}`,
    ask: async ({ own }: World) => {
      const pool = await own()
      pool.goDown({ fault })
      return { options: optionsOf(pool) }
    },
    name: 'discoveryFailed' as const,
    state: 'warning' as const,
    en: [new RegExp(`discovery document could not be read: .*${words.source}`), /run doctor again later/] as const,
    zh: [new RegExp(`无法读取发现文档：.*${words.source}`), /稍后再运行/] as const,
  })),
  {
    broken: 'an issuer that never answers',
    ask: ({ hs }) => {
      const silent: typeof fetch = () => new Promise(() => {})
      return { options: optionsOf(hs, { fetch: silent, appSecret: hs.appSecret, jwksCache: { timeout: 0.01 } }) }
    },
    name: 'discoveryDown',
    state: 'wrong',
    en: [/could not be reached \(no answer in time\)/, /DNS, proxy, firewall/],
    zh: [/无法访问 issuer/, /DNS、代理、防火墙/],
  },
  {
    broken: 'a fetch that fails without a word, at an https issuer',
    ask: () => {
      const reasons = ['no error', new Error('no cause'), new Error('cause', { cause: 'text' })]
      let asked = 0
      const failing: typeof fetch = () => Promise.reject(reasons[asked++ % reasons.length])
      return { options: { issuer: 'https://a.example.com/oidc', appId: 'a', fetch: failing } }
    },
    name: 'discoveryDown',
    state: 'wrong',
    en: [/could not be reached \(Error\)/, /DNS, proxy, firewall/],
    zh: [/无法访问 issuer（Error）/, /DNS、代理、防火墙/],
  },
  {
    broken: 'a JWKS without a key',
    ask: async ({ own }) => {
      const pool = await own()
      pool.goDown({ fault: 'empty' })
      return { options: optionsOf(pool) }
    },
    name: 'keysFailed',
    state: 'wrong',
    en: [/no keys to verify with: .* holds no key/, /Compare issuer and appId/],
    zh: [/没有可以用来验证的公钥/, /核对 issuer 和 appId/],
  },
  {
    broken: 'a JWKS of one key too many, each of them good',
    ask: async ({ rs, serve }) => {
      const { jwk } = keyPair('RS256', 'good')
      const keys = Array.from({ length: maxKeys + 1 }, (_, at) => ({ ...jwk, kid: `key-${at}` }))
      const origin = await serve({ keys })
      return { options: optionsOf(rs, { issuer: `${origin}/oidc`, jwksUri: `${origin}/jwks.json` }) }
    },
    name: 'keysTooMany',
    state: 'wrong',
    en: [/no keys to verify with: .* holds more than 100 keys\./, /Publish fewer keys/],
    zh: [/没有可以用来验证的公钥：.*holds more than 100 keys/, /请减少/],
  },
  {
    broken: 'a JWKS that answers 500 for the moment',
    ask: async ({ own }) => {
      const pool = await own()
      pool.goDown({ fault: 'error', path: '/jwks.json' })
      return { options: optionsOf(pool) }
    },
    name: 'keysDown',
    state: 'wrong',
    en: [/no keys to verify with: .* answered 500/, /says nothing about the options/],
    zh: [/没有可以用来验证的公钥：.* answered 500/, /不能说明选项有错/],
  },
  {
    broken: 'a JWKS whose only key is unfit',
    ask: async ({ rs, serve }) => {
      const origin = await serve({ keys: [{ ...keyPair('RS256', 'good').jwk, kid: 1 }] })
      return { options: optionsOf(rs, { issuer: `${origin}/oidc`, jwksUri: `${origin}/jwks.json` }) }
    },
    name: 'keysUnfit',
    state: 'wrong',
    en: [/no keys to verify with: .* holds no key .*: key 1: kid is not a string/, /Publish an RSA key/],
    zh: [/没有可以用来验证的公钥：.*key 1: kid is not a string/, /请在 issuer 发布/],
  },
  {
    broken: 'a JWKS with a weak key among others',
    ask: async ({ rs, serve }) => {
      const weak = pairOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey, 'RS256', 'weak')
      const { kid: _, ...unnamed } = keyPair('RS256', 'none').jwk
      const origin = await serve({ keys: [weak.jwk, unnamed, keyPair('ES256', 'good').jwk] })
      return { options: optionsOf(rs, { issuer: `${origin}/oidc`, jwksUri: `${origin}/jwks.json` }) }
    },
    name: 'keysSkipped',
    state: 'warning',
    en: [/not usable keys: key 1: the RSA modulus/, /replace it/],
    zh: [/不能使用的公钥：key 1/, /更换它/],
  },
  {
    broken: 'a key whose kid would write on the terminal',
    ask: async ({ serve }) => {
      const origin = await serve({ keys: [keyPair('RS256', '\u001b[2Jk').jwk] })
      return { options: { issuer: `${origin}/oidc`, appId: 'a' } }
    },
    name: 'keysOk',
    state: 'ok',
    en: [/kid "\\u001b\[2Jk"/],
    zh: [/kid "\\u001b\[2Jk"/],
  },
  {
    broken: 'keys that are given',
    ask: ({ pool, rs }) => ({ options: optionsOf(rs, { jwks: pool.jwks() }) }),
    name: 'keysGivenAge',
    state: 'warning',
    en: [/never renewed/, /Leave jwks out/],
    zh: [/不会更新/, /去掉 jwks/],
  },
  {
    broken: 'a JWKS out of a cache',
    ask: async ({ serve }) => {
      const origin = await serve({ keys: [keyPair('RS256', 'k').jwk] }, { age: '86400' })
      return { options: { issuer: `${origin}/oidc`, appId: 'a' } }
    },
    name: 'cacheOld',
    state: 'warning',
    en: [/86400 s old/, /not to cache/],
    zh: [/已经 86400 秒/, /不要缓存/],
  },
  {
    broken: 'a JWKS with cache headers',
    ask: async ({ serve }) => {
      const origin = await serve({ keys: [keyPair('RS256', 'k').jwk] }, { 'cache-control': 'max-age=60', age: '7' })
      return { options: { issuer: `${origin}/oidc`, appId: 'a', jwksCache: { maxAge: 300 } } }
    },
    name: 'cacheOk',
    state: 'ok',
    en: [/cache-control: max-age=60, age: 7\. The guard keeps it for 300 s/],
    zh: [/cache-control: max-age=60, age: 7。.*300 秒/],
  },
  {
    broken: 'a clock that is 10 minutes ahead',
    ask: ({ rs }) => ({ options: optionsOf(rs), now: () => Date.now() + 600_000 }),
    name: 'clockOff',
    state: 'wrong',
    en: [/clock is 10 min ahead of the issuer's/, /NTP/],
    zh: [/时钟比 issuer 快 10 分钟/, /NTP/],
  },
  {
    broken: 'a clock that is half a minute slow',
    ask: ({ rs }) => ({ options: optionsOf(rs, { now: () => Date.now() - 30_000 }) }),
    name: 'clockOff',
    state: 'warning',
    en: [/clock is (?:29|30) s behind the issuer's/, /NTP/],
    zh: [/时钟比 issuer 慢 (?:29|30) 秒/, /NTP/],
  },
  {
    broken: 'an issuer that does not tell the time',
    ask: ({ rs }) => {
      const timeless: typeof fetch = async (url, init) => {
        const { status, body } = await fetch(url, init)
        return new Response(body, { status })
      }
      return { options: optionsOf(rs, { fetch: timeless }) }
    },
    name: 'clockUnknown',
    state: 'warning',
    en: [/sends no Date header/],
    zh: [/没有说明时间/],
  },
  {
    broken: 'a client secret that the issuer does not know',
    ask: ({ rs, stranger }) => ({ options: optionsOf(rs, { introspection: { clientSecret: stranger.appSecret } }) }),
    name: 'onlineRefused',
    state: 'wrong',
    en: [
      /does not let the application introspect.*\/oidc\/token\/introspection answers 401/,
      /Compare clientSecret and clientAuth/,
    ],
    zh: [/不允许这个应用查询 token.*introspection 返回 401/, /App Secret（不是用户池密钥）/],
  },
  {
    broken: 'the client secret of one of several applications',
    ask: ({ rs, hs, stranger }) => {
      const asking = (one: PoolApplication, clientSecret: string) => ({
        ...optionsOf(one),
        introspection: { clientSecret },
      })
      return {
        options: {
          apps: [asking(rs, rs.appSecret), asking(hs, stranger.appSecret)],
          introspection: introspection({}),
        } as GuardOptions,
      }
    },
    name: 'onlineRefused',
    state: 'wrong',
    en: [/does not let the application introspect/, /Compare clientSecret and clientAuth/],
    zh: [/不允许这个应用查询 token/, /核对/],
  },
  {
    broken: 'a client secret that is right',
    ask: ({ rs }) => ({
      options: optionsOf(rs, { introspection: { clientSecret: rs.appSecret, when: 'opaque', protocol: 'oauth' } }),
    }),
    name: 'onlineOk',
    state: 'ok',
    en: [/lets the application introspect tokens \(http.*\/oauth\/token\/introspection\)/],
    zh: [/允许这个应用查询 token（http.*\/oauth\/token\/introspection）/],
  },
  {
    broken: 'an introspection that asks for no secret',
    ask: async ({ rs, serve }) => {
      const endpoint = await serve({ active: false })
      return { options: optionsOf(rs, { introspection: { clientSecret: rs.appSecret, endpoint } }) }
    },
    name: 'onlineOpen',
    state: 'warning',
    en: [/lets anybody introspect tokens/, /Choose an authentication method/],
    zh: [/允许任何人查询 token/, /身份验证方式/],
  },
  {
    broken: 'an introspection that is chosen to ask for no secret',
    ask: async ({ own }) => {
      const { apps } = await own({ apps: [{ introspectionAuth: 'none' }] })
      return {
        options: apps.map((one) => optionsOf(one, { introspection: { clientAuth: 'none' } }))[0] as GuardOptions,
      }
    },
    name: 'onlineOk',
    state: 'ok',
    en: [/lets the application introspect tokens/],
    zh: [/允许这个应用查询 token/],
  },
  {
    broken: 'a client secret for an issuer on plain http',
    ask: ({ pool, rs }) => {
      const through: typeof fetch = (url, init) => {
        if (String(url).endsWith('/introspection')) throw new Error('the secret was sent')
        return fetch(String(url).replace(/^http:\/\/a\.example\.com/, rs.host), init)
      }
      const http = { issuer: 'http://a.example.com/oidc', appId: pool.appId, allowHttp: true, fetch: through }
      return { options: { ...http, introspection: introspection({ clientSecret: rs.appSecret }) } }
    },
    name: 'onlinePlain',
    state: 'unproven',
    en: [/Introspection was not tried: http:\/\/a\.example\.com.*sends clientSecret there/, /remove allowHttp/],
    zh: [/没有向 issuer 查询 token：http:\/\/a\.example\.com/, /去掉 allowHttp/],
  },
  {
    broken: 'an introspection that answers 400',
    ask: ({ rs }) => {
      const through: typeof fetch = async (url, init) =>
        String(url).endsWith('/introspection') ? Response.json({}, { status: 400 }) : fetch(url, init)
      return { options: optionsOf(rs, { fetch: through, introspection: { clientSecret: rs.appSecret } }) }
    },
    name: 'onlineUnread',
    state: 'unproven',
    en: [
      /answers 400: it does not accept tokens like this one, or the clientSecret/,
      /Compare clientSecret and clientAuth/,
    ],
    zh: [/返回 400：它读不了这样的 token/, /核对/],
  },
  {
    broken: 'an endpoint that answers something else',
    ask: async ({ rs, serve }) => {
      const endpoint = await serve({ error: 'invalid_client' })
      return { options: optionsOf(rs, { introspection: { clientAuth: 'none', endpoint } }) }
    },
    name: 'onlineOther',
    state: 'wrong',
    en: [/does not say whether the token is active/, /That is not an introspection endpoint/],
    zh: [/没有说 token 是否有效/, /那不是 introspection 端点/],
  },
  {
    broken: 'an introspection that is down',
    ask: async ({ own }) => {
      const pool = await own()
      pool.goDown({ fault: 'error', path: '/token/introspection' })
      return { options: optionsOf(pool, { introspection: { clientSecret: pool.appSecret } }) }
    },
    name: 'onlineDown',
    state: 'wrong',
    en: [/Introspection failed: http.*answered 500/, /set endpoint of introspection/],
    zh: [/无法向 issuer 查询 token：http.*answered 500/, /introspection 的 endpoint/],
  },
  {
    broken: 'an endpoint that calls everything active',
    ask: async ({ rs, serve }) => {
      const endpoint = await serve({ active: true, client_id: rs.appId, exp: 4e9 })
      return { options: optionsOf(rs, { introspection: { clientSecret: rs.appSecret, endpoint } }) }
    },
    name: 'onlineActive',
    state: 'wrong',
    en: [/reports a token that does not exist as active/, /That is not an introspection endpoint/],
    zh: [/不存在的 token 是有效的/, /那不是 introspection 端点/],
  },
  {
    broken: 'a store that is down',
    ask: ({ rs }) => {
      const get = () => Promise.reject(Object.assign(new Error('redis://:hunter2@store'), { code: 'ECONNREFUSED' }))
      return { options: optionsOf(rs, storeOf({ get, set: get })) }
    },
    name: 'storeDown',
    state: 'wrong',
    en: [/The store does not work: [^\n]*ECONNREFUSED/, /may read and write there/],
    zh: [/store 不能使用：[^\n]*ECONNREFUSED/, /能否在那里读写/],
  },
  {
    broken: 'a store that fails now and then',
    ask: ({ rs }) => {
      const { store } = storeOf({})
      let calls = 0
      const set = (name: string, value: unknown) => {
        if (calls++ > 0) throw Object.assign(new Error('redis://:hunter2@store'), { code: 'NOAUTH' })
        return store.client.set(name, value)
      }
      return { options: optionsOf(rs, { store: { ...store, client: { ...store.client, set } } }) }
    },
    name: 'storeDown',
    state: 'wrong',
    en: [/The store does not work: NOAUTH\./, /may read and write there/],
    zh: [/store 不能使用：NOAUTH。/, /能否在那里读写/],
  },
  {
    broken: 'a store that is slow',
    ask: ({ rs }) => {
      const { store } = storeOf({}, { timeout: 0.01 })
      let calls = 0
      const set = (name: string, value: unknown) =>
        calls++ === 0 ? store.client.set(name, value) : new Promise(() => {})
      return { options: optionsOf(rs, { store: { ...store, client: { ...store.client, set } } }) }
    },
    name: 'storeSlow',
    state: 'warning',
    en: [/did not answer within 0\.01 s/, /set timeout of store/],
    zh: [/没有在 0\.01 秒内响应/, /store 的 timeout/],
  },
  {
    broken: 'a store that forgets',
    ask: ({ rs }) => ({ options: optionsOf(rs, storeOf({ get: async () => undefined })) }),
    name: 'storeForgets',
    state: 'wrong',
    en: [/does not return what was written/, /ttl is in milliseconds/],
    zh: [/不能取回存入的内容/, /单位是毫秒/],
  },
  {
    broken: 'a store that works',
    ask: ({ rs }) => ({ options: optionsOf(rs, storeOf({})) }),
    name: 'storeOk',
    state: 'ok',
    en: [/returns what was written/],
    zh: [/能够取回存入的内容/],
  },
  {
    broken: 'a secret that the issuer does not know',
    ask: ({ hs, stranger }) => ({ options: optionsOf(hs, { appSecret: stranger.appSecret }) }),
    name: 'secretRefused',
    state: 'wrong',
    en: [/appSecret is wrong: the issuer does not know it/, /Copy it again/],
    zh: [/appSecret 不对：issuer 不承认/, /重新复制/],
  },
  {
    broken: 'the app id of another application',
    ask: ({ rs, hs }) => ({ options: optionsOf(rs, { appSecret: hs.appSecret }) }),
    name: 'secretRefused',
    state: 'wrong',
    en: [/does not know it for this appId/, /compare appId there/],
    zh: [/不承认它属于这个 appId/, /核对 appId/],
  },
  {
    broken: "the user pool's secret for the application's",
    ask: ({ pool, hs }) => ({
      options: optionsOf(hs, { appSecret: pool.userPoolSecret }),
      management: managementOf(pool, { accessKeyId: pool.userPoolId, accessKeySecret: pool.userPoolSecret }),
    }),
    name: 'secretPool',
    state: 'wrong',
    en: [/secret of the user pool or of an access key/, /Set AUTHING_APP_SECRET/],
    zh: [/用户池或编程访问账号的密钥/, /AUTHING_APP_SECRET/],
  },
  {
    broken: "the pool's jwtSecret for the application's",
    ask: ({ pool, hs }) => ({
      options: optionsOf(hs, {
        appSecret: pool.jwtSecret,
        userPool: { id: pool.userPoolId, jwtSecret: pool.jwtSecret },
      }),
    }),
    name: 'secretPool',
    state: 'wrong',
    en: [/secret of the user pool or of an access key/, /Set AUTHING_APP_SECRET/],
    zh: [/用户池或编程访问账号的密钥/, /AUTHING_APP_SECRET/],
  },
  {
    broken: 'a secret that looks like none of Authing’s',
    ask: ({ hs }) => ({ options: optionsOf(hs, { appSecret: [hs.appSecret, 'Z'.repeat(40)] }) }),
    name: 'secretShape',
    state: 'warning',
    en: [/not look like an App Secret/, /Compare it/],
    zh: [/不像 App Secret/, /核对/],
  },
  {
    broken: 'an application whose introspection asks for no secret',
    ask: async ({ own }) => {
      const pool = await own({ apps: [{ introspectionAuth: 'none' }] })
      return { options: optionsOf(pool, { appSecret: pool.appSecret }) }
    },
    name: 'secretUnproven',
    state: 'unproven',
    en: [/does not say whether appSecret is right \(introspection asks for no secret\)/, /Use --token/],
    zh: [/没有说明 appSecret 是否正确（introspection 不要求密钥）/, /加上 --token/],
  },
  {
    broken: 'an introspection that answers with a web page',
    ask: async ({ own }) => {
      const pool = await own()
      pool.goDown({ fault: 'html', path: '/token/introspection' })
      return { options: optionsOf(pool, { appSecret: pool.appSecret }) }
    },
    name: 'secretUnproven',
    state: 'unproven',
    en: [/token\/introspection did not answer JSON/, /Use --token/],
    zh: [/token\/introspection did not answer JSON/, /加上 --token/],
  },
  {
    broken: 'a secret for an issuer on plain http',
    ask: ({ hs }) => {
      const through: typeof fetch = (url, init) => {
        // No secret may go over the network unencrypted.
        if (init?.method === 'POST') throw new Error('a secret was sent')
        return fetch(String(url).replace(/^http:\/\/a\.example\.com/, hs.host), init)
      }
      const more = { issuer: 'http://a.example.com/oidc', allowHttp: true, fetch: through, appSecret: hs.appSecret }
      return { options: optionsOf(hs, more) }
    },
    name: 'secretUnproven',
    state: 'unproven',
    en: [/plain http, so no secret was sent/, /Use --token/],
    zh: [/不会把密钥发送过去/, /加上 --token/],
  },
  {
    broken: 'an introspection that answers something else',
    ask: async ({ serve, hs }) => {
      const origin = await serve({ keys: [keyPair('RS256', 'k').jwk] })
      return { options: optionsOf(hs, { issuer: `${origin}/oidc`, appSecret: hs.appSecret }) }
    },
    name: 'secretUnproven',
    state: 'unproven',
    en: [/introspection answers something else/, /Use --token/],
    zh: [/introspection 返回了别的内容/, /加上 --token/],
  },
  {
    broken: 'a secret that is right',
    ask: ({ hs }) => ({ options: optionsOf(hs, { appSecret: hs.appSecret }) }),
    name: 'secretProven',
    state: 'ok',
    en: [/appSecret is right/],
    zh: [/appSecret 正确/],
  },
  {
    broken: 'a secret that is right, in the Authorization header',
    ask: async ({ own }) => {
      const pool = await own({ apps: [{ introspectionAuth: 'client_secret_basic' }] })
      return { options: optionsOf(pool, { appSecret: pool.appSecret }) }
    },
    name: 'secretProven',
    state: 'ok',
    en: [/appSecret is right/],
    zh: [/appSecret 正确/],
  },
  {
    broken: "the user pool's ID for the appId",
    ask: ({ pool, rs }) => ({
      options: optionsOf(rs, { appId: pool.userPoolId, userPool: { id: pool.userPoolId, jwtSecret: pool.jwtSecret } }),
    }),
    name: 'appIdPool',
    state: 'wrong',
    en: [/appId is the user pool's ID/, /Set appId .* to the App ID/],
    zh: [/appId 填的是用户池 ID/, /设为 App ID/],
  },
  {
    broken: 'something else for the appId',
    ask: ({ rs }) => ({ options: optionsOf(rs, { appId: 'my-app' }) }),
    name: 'appIdShape',
    state: 'warning',
    en: [/appId "my-app" does not look like an App ID/, /Compare it/],
    zh: [/appId "my-app" 不像 App ID/, /核对/],
  },
  {
    broken: 'an access key that is good',
    ask: ({ pool, rs }) => ({ options: optionsOf(rs), management: managementOf(pool) }),
    name: 'managementOk',
    state: 'ok',
    en: [/accepts the access key \(127\.0\.0\.1:\d+\)/],
    zh: [/接受这个密钥（127\.0\.0\.1:\d+）/],
  },
  {
    broken: 'an access key that may not look up permissions',
    ask: async ({ own, rs }) => {
      const pool = await own()
      pool.goDown({ fault: 'error', path: '/is-action-allowed' })
      return { options: optionsOf(rs), management: managementOf(pool) }
    },
    name: 'managementOk',
    state: 'ok',
    en: [/accepts the access key/],
    zh: [/接受这个密钥/],
  },
  {
    broken: "the user pool's own access key",
    ask: ({ pool, rs }) => ({
      options: optionsOf(rs),
      management: managementOf(pool, { accessKeyId: pool.userPoolId, accessKeySecret: pool.userPoolSecret }),
    }),
    name: 'managementPool',
    state: 'warning',
    en: [/can do everything in the pool/, /may only read permissions/],
    zh: [/做任何事/, /只能查询权限/],
  },
  {
    broken: 'an access key that is wrong',
    ask: ({ pool, rs }) => ({ options: optionsOf(rs), management: managementOf(pool, { accessKeySecret: 'wrong' }) }),
    name: 'managementRefused',
    state: 'wrong',
    en: [/does not accept the access key/, /AUTHING_ACCESS_KEY_SECRET/],
    zh: [/不接受这个密钥/, /AUTHING_ACCESS_KEY_SECRET/],
  },
  {
    broken: 'a management API that is not there',
    ask: async ({ own, rs }) => {
      const pool = await own()
      pool.goDown()
      return { options: optionsOf(rs), management: managementOf(pool) }
    },
    name: 'managementDown',
    state: 'wrong',
    en: [/management API could not be reached/, /AUTHING_MANAGEMENT_HOST/],
    zh: [/无法访问管理 API/, /AUTHING_MANAGEMENT_HOST/],
  },
  {
    broken: 'a management API on plain http',
    ask: ({ pool, rs }) => ({
      options: optionsOf(rs),
      management: managementOf(pool, { host: 'http://a.example.com' }),
    }),
    name: 'managementWrong',
    state: 'wrong',
    en: [/host must be an https URL/, /Correct AUTHING_MANAGEMENT_HOST/],
    zh: [/host must be an https URL/, /修正 AUTHING_MANAGEMENT_HOST/],
  },
  {
    broken: 'a token that is refused',
    ask: ({ pool, rs }) => ({ options: optionsOf(rs), token: `Bearer ${pool.mint({ defect: 'expired' })}` }),
    name: 'tokenRefused',
    state: 'wrong',
    en: [/refused\. The token is expired/, /renew it/],
    zh: [/被拒绝。token 已过期/, /续期/],
  },
  {
    broken: 'a token that is accepted',
    ask: ({ pool, rs }) => ({ options: optionsOf(rs), token: `Bearer ${pool.mint()}` }),
    name: 'tokenOk',
    state: 'ok',
    en: [/token is accepted/],
    zh: [/token 会被放行/],
  },
  {
    broken: 'options for a user pool only',
    ask: ({ pool }) => ({ options: { userPool: { id: pool.userPoolId, jwtSecret: pool.jwtSecret } } }),
    name: 'userPoolOnly',
    state: 'ok',
    en: [/needs no issuer/],
    zh: [/不需要访问 issuer/],
  },
]

describe.each(rows)('for $broken', ({ ask, name, state, en, zh }) => {
  test.each(['en', 'zh'] as const)('doctor names the problem and the fix in %s', async (language) => {
    const { options, ...settings } = await ask(world)
    const findings = await diagnoseOptions(options, { language, ...settings })
    const finding = findings.find((one) => one.name === name)
    const [title, fix] = language === 'en' ? en : zh
    expect(finding?.state).toBe(state)
    expect(finding?.title).toMatch(title)
    if (fix !== undefined) expect(finding?.fix).toMatch(fix)
  })
})

describe('online', () => {
  const asked = async (more: (world: World) => object) => {
    const options = withParts({ issuer: world.rs.issuer, appId: world.rs.appId, ...more(world) }) as GuardOptions
    const findings = await diagnoseOptions(options, { language: 'en' })
    return findings
      .filter(({ name }) => name.startsWith('online'))
      .map(({ title }) => /\/(\w+)\/token\/introspection/.exec(title)?.[1])
  }
  const client = ({ rs }: World) => ({ clientSecret: rs.appSecret, protocol: 'oauth' })

  test.each([
    ['never', {}, ['oidc']],
    ['opaque', {}, ['oauth']],
    ['always', {}, ['oidc', 'oauth']],
    ['always', { accept: ['access_token'] }, ['oidc']],
    ['always', { accept: 'opaque' }, ['oidc', 'oauth']],
  ])('%s: doctor asks the endpoints that the guard asks, with %o', async (when, more, places) => {
    expect(await asked((given) => ({ ...more, introspection: { ...client(given), when } }))).toEqual(places)
  })

  test('asks about opaque tokens as the application that they belong to', async () => {
    const apps = ({ rs, hs }: World) => [
      { ...optionsOf(rs), introspection: client(world) },
      { ...optionsOf(hs), introspection: { clientSecret: hs.appSecret, protocol: 'oauth', opaque: true } },
    ]
    const more = (given: World) => ({
      issuer: undefined,
      appId: undefined,
      apps: apps(given),
      introspection: { when: 'opaque' },
    })
    expect(await asked(more)).toEqual(['oidc', 'oauth'])
  })

  test('does not take the clock of another host for the issuer’s', async () => {
    const endpoint = await world.serve({ active: false }, { date: 'Thu, 01 Jan 2015 00:00:00 GMT' })
    const options = optionsOf(world.rs, { introspection: { clientAuth: 'none', endpoint } })
    const findings = await diagnoseOptions(options, { language: 'en' })
    expect(findings.filter(({ state }) => state !== 'ok').map(({ name }) => name)).toEqual(['appIdUnproven'])
    expect(findings.map(({ name }) => name)).toContain('onlineAnybody')
  })
})

describe('a right configuration', () => {
  test('has no findings in any layout, and doctor asks only addresses in the options', async () => {
    for (const { apps } of [world.pool, world.shared, world.unified]) {
      for (const app of apps) {
        const findings = await diagnoseOptions(optionsOf(app), { language: 'en' })
        const isNamed = app.jwksUri.includes(app.appId)
        expect(findings.filter(({ state }) => state !== 'ok').map(({ name }) => name)).toEqual(
          isNamed ? [] : ['appIdUnproven'],
        )
        expect(findings.map(({ name }) => name)).toEqual([
          ...['optionsOk', 'transportLocal', 'discoveryOk', 'clockOk', 'keysOk', 'cacheNone', 'secretNone'],
          isNamed ? 'appIdOk' : 'appIdUnproven',
        ])
      }
    }
  })

  test('with several applications and issuers is checked one by one', async () => {
    const { rs, hs, stranger } = world
    const apps = [
      { issuer: [rs.issuer, `${rs.host}/other`], appId: rs.appId },
      { issuer: hs.issuer, appId: hs.appId, appSecret: stranger.appSecret },
    ]
    const findings = await diagnoseOptions({ apps }, { language: 'en' })
    const wrong = findings.filter(({ state }) => state === 'wrong')
    expect(wrong.map(({ name, application }) => [name, application])).toEqual([
      ['discoveryNear', `${rs.host}/other (${rs.appId})`],
      ['keysFailed', `${rs.host}/other (${rs.appId})`],
      ['secretRefused', `${hs.issuer} (${hs.appId})`],
    ])
  })

  test('can have options that are valid for its applications together, but not for one of them', async () => {
    const { pool, rs, hs } = world
    const client = { clientSecret: rs.appSecret }
    const reads: string[] = []
    const { store } = storeOf({})
    const get = (key: string) => {
      reads.push(key)
      return store.client.get(key)
    }
    const options: GuardOptions = {
      apps: [
        { issuer: rs.issuer, appId: rs.appId, introspection: { ...client, opaque: true } },
        { issuer: hs.issuer, appId: hs.appId, appSecret: hs.appSecret },
      ],
      algorithms: ['RS256', 'HS256'],
      accept: ['id_token', 'opaque'],
      introspection: introspection({ when: 'opaque' }),
      userPool: { id: pool.userPoolId, jwtSecret: pool.jwtSecret },
      store: sharedStore({ ...store, client: { ...store.client, get } }),
    }
    const secrets = [{ ...options, apps: undefined, issuer: hs.issuer, appId: hs.appId, appSecret: hs.appSecret }]
    const alone = secrets.map((one) => ({ ...one, algorithms: ['HS256'], accept: undefined, introspection: undefined }))
    for (const one of [options, ...alone] as readonly GuardOptions[]) {
      const findings = await diagnoseOptions(one, { language: 'en' })
      expect(findings.filter(({ state }) => state === 'wrong')).toEqual([])
      expect(findings.filter(({ name }) => name === 'keysOk').length).toBeGreaterThan(0)
    }
    // The keys come from the issuer, not from what other instances have left in the store.
    expect(reads.filter((key) => key.includes('jwks'))).toEqual([])
  })
})
