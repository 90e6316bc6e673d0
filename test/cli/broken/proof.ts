import { generateKeyPairSync } from 'node:crypto'
import { maxKeys } from '../../../src/jwks/key-set.js'
import { compact, keyPair, pairOf, signer, tokenBy, withSignature } from '../../support/forge.js'
import { bearer, optionsOf, type Row } from './world.js'

/** Tokens of the wrong issuer, by the wrong key, with the wrong signature. */
export const proofRows: readonly Row[] = [
  {
    broken: 'the issuer without /oidc',
    ask: ({ pool, rs }) => ({ token: bearer(pool.mint()), options: optionsOf(rs, { issuer: rs.host }) }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [
      /calls itself "http:\/\/127\.0\.0\.1:\d+\/oidc".*discovery/,
      /Set issuer .* to "http:\/\/127\.0\.0\.1:\d+\/oidc"/,
    ],
    zh: [/自称 "http:\/\/127\.0\.0\.1:\d+\/oidc".*发现文档/, /设为 "http:\/\/127\.0\.0\.1:\d+\/oidc"/],
  },
  {
    broken: 'an issuer with a trailing slash',
    ask: ({ pool, rs }) => ({ token: bearer(pool.mint()), options: optionsOf(rs, { issuer: `${rs.issuer}/` }) }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/differ by a slash at the end/, /Set issuer .* to "http:\/\/127\.0\.0\.1:\d+\/oidc", /],
    zh: [/只差末尾的斜杠/, /设为 "http:\/\/127\.0\.0\.1:\d+\/oidc"，/],
  },
  {
    broken: "the host's issuer in a pool with a unified domain",
    ask: ({ unified }) => ({
      token: bearer(unified.mint()),
      options: optionsOf(unified, { issuer: `${unified.host}/oidc` }),
    }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [
      /calls itself "http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{24}\/oidc"/,
      /Set issuer .* to "http.*\/[0-9a-f]{24}\/oidc"/,
    ],
    zh: [/自称 "http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{24}\/oidc"/, /设为 "http.*\/[0-9a-f]{24}\/oidc"/],
  },
  {
    broken: 'a token of another application under the same unified domain',
    ask: ({ unified }) => {
      const [, other = unified] = unified.apps
      return { token: bearer(unified.mint({ appId: other.appId })), options: optionsOf(unified) }
    },
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [
      /the same host, and another application/,
      /sign in at the application that this API belongs to.*not from the token/,
    ],
    zh: [/域名相同，但属于另一个应用/, /在这个 API 所属的应用登录.*不要从 token 里取/],
  },
  {
    broken: 'a token of another application, whose issuer is the one of the host',
    ask: ({ shared }) => {
      const [, other = shared] = shared.apps
      const issuer = `${shared.host}/${shared.appId}/oidc`
      return { token: bearer(shared.mint({ appId: other.appId })), options: optionsOf(shared, { issuer }) }
    },
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/the same host, and another application/, /sign in at the application that this API belongs to/],
    zh: [/域名相同，但属于另一个应用/, /在这个 API 所属的应用登录/],
  },
  {
    broken: 'a custom domain that the application has moved to',
    ask: ({ pool, rs }) => ({
      token: bearer(pool.mint({ claims: { iss: 'https://login.example.com/oidc' } })),
      options: optionsOf(rs),
    }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [
      /your own application's key signed it/,
      /console .* shows that domain, list both while it moves: issuer: \[old, new\]/,
    ],
    zh: [/签名用的是你自己应用的密钥/, /控制台.*显示了那个域名.*issuer: \[旧, 新\]/],
  },
  {
    broken: 'a custom domain of an application under a unified one',
    ask: ({ unified }) => ({
      token: bearer(unified.mint({ claims: { iss: 'https://login.example.com/oidc' } })),
      options: optionsOf(unified),
    }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/your own application's key signed it/, /issuer: \[old, new\]/],
    zh: [/签名用的是你自己应用的密钥/, /issuer: \[旧, 新\]/],
  },
  {
    broken: 'the same, with a list of issuers and keys that are given',
    ask: ({ pool, rs }) => ({
      token: bearer(pool.mint({ claims: { iss: 'https://login.example.com/oidc' } })),
      options: optionsOf(rs, { issuer: [rs.issuer], jwks: pool.jwks() }),
    }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/your own application's key signed it/, /issuer: \[old, new\]/],
    zh: [/签名用的是你自己应用的密钥/, /issuer: \[旧, 新\]/],
  },
  {
    broken: 'a token of another environment',
    ask: ({ stranger, rs }) => ({ token: bearer(stranger.mint()), options: optionsOf(rs) }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/not from your issuer.*no key of your application signed it/, /sign in at "http.*never from a token/],
    zh: [/不是你的 issuer.*也不是由你的应用的密钥签名/, /在 "http.* 登录.*永远不要从 token 里取/],
  },
  {
    broken: 'a token of another environment, while the issuer cannot be reached',
    ask: async ({ stranger, own }) => {
      const down = await own()
      down.goDown()
      return { token: bearer(stranger.mint()), options: optionsOf(down) }
    },
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [
      /not from your issuer.*Whether a key of your application signed it is not known \(.*ECONNRESET\)/,
      /never take one from a token.*run explain again/,
    ],
    zh: [/是不是由你的应用的密钥签名的，现在还不知道（.*ECONNRESET）/, /永远不要从 token 里取.*再运行一次 explain/],
  },
  {
    broken: 'an HS256 token of another environment, where there is no secret to try',
    ask: ({ rs }) => ({
      token: bearer(
        compact({ alg: 'HS256' }, { iss: 'https://other.authing.cn/oidc', exp: 2e9 }, () => Buffer.alloc(32)),
      ),
      options: optionsOf(rs),
    }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/is not known \(alg is "HS256", and the application has no appSecret/, /with the App Secret for HS256/],
    zh: [/现在还不知道（.*appSecret/, /HS256 还要有 App Secret/],
  },
  {
    broken: 'a token with an iss, and options for legacy user.tokens only',
    ask: ({ pool }) => ({
      token: bearer(pool.mint()),
      options: { userPool: { id: pool.userPoolId, jwtSecret: pool.jwtSecret } },
    }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/the options name no issuer/, /set issuer and appId.*never from a token/],
    zh: [/选项里没有 issuer/, /设置 issuer 和 appId.*永远不要从 token 里取/],
  },
  {
    broken: 'an iss that is not a URL',
    ask: ({ pool, rs }) => ({ token: bearer(pool.mint({ claims: { iss: 'accounts' } })), options: optionsOf(rs) }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/is not known \(its iss is not an address that an issuer can have\)/, /never take one from a token/],
    zh: [/现在还不知道（它的 iss 不能作为 issuer 的地址）/, /永远不要从 token 里取/],
  },
  {
    broken: 'a legacy user.token, where userPool is not set',
    ask: ({ pool, rs }) => ({
      token: bearer(pool.mint({ type: 'legacy_user_token' })),
      options: optionsOf(rs, { appSecret: pool.appSecret }),
    }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/user\.token of Authing's older SDKs.*no iss/, /Set the userPool option/],
    zh: [/旧版 SDK 的 user\.token/, /设置 userPool 选项/],
  },
  {
    broken: 'a management token',
    ask: ({ pool, rs }) => ({ token: bearer(pool.mint({ type: 'management_token' })), options: optionsOf(rs) }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/token of the management API/, /access_token .* of the user's sign-in/],
    zh: [/管理 API 的 token/, /用户登录得到的 access_token/],
  },
  {
    broken: 'a token without iss',
    ask: ({ pool, rs }) => ({ token: bearer(pool.mint({ claims: { iss: undefined } })), options: optionsOf(rs) }),
    reason: 'unknown_issuer',
    check: 'issuer',
    en: [/has no iss/, /Send a token from your application's sign-in/],
    zh: [/没有 iss/, /请使用在你的应用登录得到的 token/],
  },
  {
    broken: 'the JWKS address of the other layout, where there are no keys',
    ask: ({ shared }) => ({
      token: bearer(shared.mint()),
      options: optionsOf(shared, { jwksUri: `${shared.issuer}/.well-known/jwks.json` }),
    }),
    reason: 'keys_unavailable',
    check: 'key',
    en: [/two layouts for the JWKS/, /Set jwksUri to 'http:.*\/[0-9a-f]{24}\/oidc\/\.well-known\/jwks\.json'/],
    zh: [/两种地址布局/, /设置 jwksUri: 'http:.*\/[0-9a-f]{24}\/oidc\/\.well-known\/jwks\.json'/],
  },
  {
    broken: 'the JWKS address of another application',
    ask: ({ pool, rs, hs }) => ({ token: bearer(pool.mint()), options: optionsOf(rs, { jwksUri: hs.jwksUri }) }),
    reason: 'unknown_key',
    check: 'key',
    en: [/are not the ones that signed this token/, /Set jwksUri to 'http:.*\/oidc\/\.well-known\/jwks\.json'/],
    zh: [/与这个 token 的签名不符/, /设置 jwksUri: 'http:.*\/oidc\/\.well-known\/jwks\.json'/],
  },
  {
    broken: 'a key that was rotated away',
    ask: async ({ own }) => {
      const pool = await own()
      const token = bearer(pool.mint())
      await pool.rotateKeys()
      return { token, options: optionsOf(pool) }
    },
    reason: 'unknown_key',
    check: 'key',
    en: [/No key of your issuer has the kid "[\w-]{43}"/, /sign in again/],
    zh: [/没有 kid 为 "[\w-]{43}" 的公钥/, /重新登录/],
  },
  {
    broken: 'a token that names no key, of an issuer with several',
    ask: async ({ own }) => {
      const pool = await own()
      await pool.rotateKeys({ keepOld: true })
      return { token: bearer(pool.mint({ header: { kid: undefined } })), options: optionsOf(pool) }
    },
    reason: 'unknown_key',
    check: 'key',
    en: [/names no key \(kid\)/, /as your application's sign-in issued it/],
    zh: [/没有说明用的是哪个公钥（kid）/, /原样使用/],
  },
  {
    broken: 'a legacy user.token with a kid',
    ask: ({ pool, rs }) => ({
      token: bearer(pool.mint({ type: 'legacy_user_token', header: { kid: 'k' } })),
      options: optionsOf(rs, { userPool: { id: pool.userPoolId, jwtSecret: pool.jwtSecret } }),
    }),
    reason: 'unknown_key',
    check: 'key',
    en: [/no iss and a kid \("k"\)/, /Send a token from your application's sign-in/],
    zh: [/没有 iss，却有 kid（"k"）/, /请使用在你的应用登录得到的 token/],
  },
  {
    broken: 'no keys where the guard looks',
    ask: async ({ own }) => {
      const pool = await own()
      const token = bearer(pool.mint())
      pool.goDown({ fault: 'missing' })
      return { token, options: optionsOf(pool) }
    },
    reason: 'keys_unavailable',
    check: 'key',
    en: [/no keys where the guard looks.*answered 404/, /Check whether issuer is right.*or set jwksUri/],
    zh: [/没有公钥（.*answered 404）/, /检查 issuer 是否正确.*jwksUri/],
  },
  {
    broken: 'a JWKS whose only key is weak',
    ask: async ({ rs, serve }) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
      const weak = pairOf(privateKey, 'RS256', 'weak')
      const jwksUri = `${await serve({ keys: [weak.jwk] })}/jwks.json`
      return {
        token: bearer(tokenBy(weak, { iss: rs.issuer, aud: rs.appId, exp: 2e9 })),
        options: optionsOf(rs, { jwksUri }),
      }
    },
    reason: 'keys_unavailable',
    check: 'key',
    en: [/no key that may verify this token.*: key 1: the RSA modulus is not of 2048/, /at least 2048 bits/],
    zh: [/没有可以验证这个 token 的公钥.*: key 1: the RSA modulus is not of 2048/, /至少 2048 位/],
  },
  {
    broken: 'a JWKS in which the key of the token is weak, and others are not',
    ask: async ({ rs, serve }) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
      const weak = pairOf(privateKey, 'RS256', 'weak')
      const jwksUri = `${await serve({ keys: [keyPair('RS256', 'good').jwk, weak.jwk] })}/jwks.json`
      return {
        token: bearer(tokenBy(weak, { iss: rs.issuer, aud: rs.appId, exp: 2e9 })),
        options: optionsOf(rs, { jwksUri }),
      }
    },
    reason: 'unknown_key',
    check: 'key',
    en: [/no key that may verify this token.*key 2: the RSA modulus is not of 2048/, /at least 2048 bits/],
    zh: [/没有可以验证这个 token 的公钥.*key 2: the RSA modulus is not of 2048/, /至少 2048 位/],
  },
  {
    broken: 'a JWKS address that answers another document',
    ask: async ({ rs, serve }) => ({
      token: bearer(compact({ alg: 'RS256', kid: 'k' }, { iss: rs.issuer, exp: 2e9 }, () => Buffer.alloc(256))),
      options: optionsOf(rs, { jwksUri: `${await serve({ issuer: 'x' })}/jwks.json` }),
    }),
    reason: 'keys_unavailable',
    check: 'key',
    en: [/does not answer with a JWKS.*has no list of keys/, /set jwksUri/],
    zh: [/不是 JWKS：.*has no list of keys/, /jwksUri/],
  },
  {
    broken: 'a JWKS of too many keys',
    ask: async ({ rs, serve }) => ({
      token: bearer(compact({ alg: 'RS256', kid: 'k' }, { iss: rs.issuer, exp: 2e9 }, () => Buffer.alloc(256))),
      options: optionsOf(rs, { jwksUri: `${await serve({ keys: Array(maxKeys + 1).fill({}) })}/jwks.json` }),
    }),
    reason: 'keys_unavailable',
    check: 'key',
    en: [/too many keys.*holds more than \d+ keys/, /Publish fewer keys/],
    zh: [/公钥太多：.*holds more than \d+ keys/, /请减少/],
  },
  {
    broken: 'an issuer with a self-signed certificate',
    ask: async ({ serveSelfSigned }) => {
      const issuer = `${await serveSelfSigned()}/oidc`
      return {
        token: bearer(compact({ alg: 'RS256', kid: 'k' }, { iss: issuer, exp: 2e9 }, () => Buffer.alloc(256))),
        options: { issuer, appId: 'a' },
      }
    },
    reason: 'keys_unavailable',
    check: 'key',
    en: [/certificate is not valid.*SELF_SIGNED/, /NODE_EXTRA_CA_CERTS/],
    zh: [/证书不可信.*SELF_SIGNED/, /NODE_EXTRA_CA_CERTS/],
  },
  {
    broken: 'an issuer that is down',
    ask: async ({ own }) => {
      const pool = await own()
      const token = bearer(pool.mint())
      pool.goDown()
      return { token, options: optionsOf(pool) }
    },
    reason: 'keys_unavailable',
    check: 'key',
    en: [/not available now.*may be good/, /DNS, proxy, firewall/],
    zh: [/现在拿不到 issuer 的公钥/, /DNS、代理、防火墙/],
  },
  {
    broken: "another secret than the application's",
    ask: ({ pool, hs, stranger }) => ({
      token: bearer(pool.mint({ type: 'id_token', appId: hs.appId })),
      options: optionsOf(hs, { appSecret: stranger.appSecret }),
    }),
    reason: 'bad_signature',
    check: 'signature',
    en: [/your appSecret did not sign it/, /Copy the App Secret again/],
    zh: [/不是用你的 appSecret 签的/, /重新复制 App Secret/],
  },
  {
    broken: "the user pool's secret for the application's",
    ask: ({ pool, hs }) => ({
      token: bearer(pool.mint({ type: 'id_token', appId: hs.appId })),
      options: optionsOf(hs, { appSecret: pool.userPoolSecret }),
      poolSecrets: [pool.userPoolSecret],
    }),
    reason: 'bad_signature',
    check: 'signature',
    en: [/appSecret is the user pool's secret/, /Set AUTHING_APP_SECRET .* to the App Secret/],
    zh: [/appSecret 填的是用户池的密钥/, /AUTHING_APP_SECRET.*App Secret/],
  },
  {
    broken: "the pool's jwtSecret for the application's",
    ask: ({ pool, hs }) => ({
      token: bearer(pool.mint({ type: 'id_token', appId: hs.appId })),
      options: optionsOf(hs, {
        appSecret: pool.jwtSecret,
        userPool: { id: pool.userPoolId, jwtSecret: pool.jwtSecret },
      }),
    }),
    reason: 'bad_signature',
    check: 'signature',
    en: [/appSecret is the user pool's secret/, /Set AUTHING_APP_SECRET/],
    zh: [/appSecret 填的是用户池的密钥/, /AUTHING_APP_SECRET/],
  },
  {
    broken: 'the secrets of two applications swapped',
    ask: async ({ own }) => {
      const pool = await own({ apps: [{ algorithm: 'HS256' }, { algorithm: 'HS256' }] })
      const [one = pool, two = pool] = pool.apps
      const apps = [
        { issuer: one.issuer, appId: one.appId, appSecret: two.appSecret },
        { issuer: two.issuer, appId: two.appId, appSecret: one.appSecret },
      ]
      return { token: bearer(pool.mint({ type: 'id_token' })), options: { apps } }
    },
    reason: 'bad_signature',
    check: 'signature',
    en: [/secret that you gave to the application [0-9a-f]{24}/, /are swapped/],
    zh: [/配置给应用 [0-9a-f]{24} 的密钥/, /填反了/],
  },
  {
    broken: 'an HS256 token with a kid, where there is a secret',
    ask: ({ pool, hs }) => ({
      token: bearer(pool.mint({ type: 'id_token', appId: hs.appId, defect: 'public_key_as_secret' })),
      options: optionsOf(hs, { appSecret: hs.appSecret }),
    }),
    reason: 'bad_signature',
    check: 'signature',
    en: [/public key that was used as a secret/, /treat it as an attack/],
    zh: [/把公钥当作密钥/, /按攻击处理/],
  },
  {
    broken: 'a signature that was cut off',
    ask: ({ pool, rs }) => ({ token: bearer(withSignature(pool.mint(), 'abcd')), options: optionsOf(rs) }),
    reason: 'bad_signature',
    check: 'signature',
    en: [/signature has 3 bytes instead of 256/, /Copy the whole token again/],
    zh: [/签名有 3 字节，而应该是 256/, /重新复制完整的 token/],
  },
  {
    broken: 'an exp out of range, and another secret',
    ask: ({ pool, hs, stranger }) => ({
      token: bearer(pool.mint({ type: 'id_token', appId: hs.appId, claims: { exp: -1e15 } })),
      options: optionsOf(hs, { appSecret: stranger.appSecret }),
    }),
    reason: 'bad_signature',
    check: 'signature',
    en: [/your appSecret did not sign it.*expired as well \(exp \?\)/, /Copy the App Secret again/],
    zh: [/不是用你的 appSecret 签的.*也已经过期（exp \?）/, /重新复制 App Secret/],
  },
  {
    broken: 'a token that was changed on the way',
    ask: ({ pool, rs }) => ({ token: bearer(pool.mint({ defect: 'bad_signature' })), options: optionsOf(rs) }),
    reason: 'bad_signature',
    check: 'signature',
    en: [/that key did not sign it/, /Copy the token again/],
    zh: [/签名不是这个密钥签的/, /重新复制/],
  },
  {
    broken: "another secret than the pool's jwtSecret",
    ask: ({ pool, rs }) => ({
      token: bearer(pool.mint({ type: 'legacy_user_token' })),
      options: optionsOf(rs, { userPool: { id: pool.userPoolId, jwtSecret: pool.userPoolSecret } }),
    }),
    reason: 'bad_signature',
    check: 'signature',
    en: [/userPool\.jwtSecret did not sign it/, /Set userPool\.jwtSecret/],
    zh: [/不是用 userPool\.jwtSecret 签名的/, /把 userPool\.jwtSecret 设为/],
  },
  {
    broken: 'one issuer for two applications, and a token for a third',
    ask: ({ shared }) => {
      const [one = shared, two = shared] = shared.apps
      return {
        token: bearer(shared.mint({ defect: 'other_application' })),
        options: { apps: [one, two].map(({ issuer, appId }) => ({ issuer, appId })) },
      }
    },
    reason: 'wrong_audience',
    check: 'issuer',
    en: [/Several of your applications share this issuer/, /Add the application that the client signs in at to apps/],
    zh: [/几个应用共用这个 issuer/, /加入 apps/],
  },
  {
    broken: 'a token with unreadable claims, signed with an unknown secret',
    ask: ({ pool, rs }) => ({
      token: bearer(compact({ alg: 'HS256' }, { exp: 1 }, signer('HS256', 'x'.repeat(32)))),
      options: optionsOf(rs, { userPool: { id: pool.userPoolId, jwtSecret: pool.jwtSecret } }),
    }),
    reason: 'bad_signature',
    check: 'signature',
    en: [/userPool\.jwtSecret did not sign it.*expired as well/, /Set userPool\.jwtSecret/],
    zh: [/不是用 userPool\.jwtSecret 签名的.*也已经过期/, /把 userPool\.jwtSecret 设为/],
  },
]
