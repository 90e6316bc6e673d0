import { randomBytes } from 'node:crypto'

export const issuer = 'https://bench.authing.cn/oidc'
export const appId = '5f17a529f64fb009b794a2ff'

const now = () => Math.floor(Date.now() / 1000)

/** What an Authing id token says (scope `openid profile email phone`): about 900 characters under RS256. */
export function idClaims(more = {}) {
  return {
    sub: randomBytes(12).toString('hex'),
    family_name: null,
    gender: 'U',
    given_name: null,
    name: null,
    nickname: 'Zhang San',
    picture: null,
    updated_at: '2026-01-03T08:54:45.330Z',
    email: 'zhangsan@example.com',
    email_verified: true,
    nonce: randomBytes(8).toString('base64url').slice(0, 10),
    aud: appId,
    exp: now() + 14 * 86_400,
    iat: now(),
    iss: issuer,
    ...more,
  }
}

/** What an Authing access token says. */
export function accessClaims(scope) {
  return {
    jti: randomBytes(32).toString('base64url'),
    sub: randomBytes(12).toString('hex'),
    iat: now(),
    exp: now() + 14 * 86_400,
    scope,
    iss: issuer,
    aud: appId,
  }
}

const segment = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** @param {import('./keys.js').Key} key @param {Record<string, unknown>} claims */
export async function mint(key, claims = idClaims(), header = {}) {
  const input = `${segment({ alg: key.algorithm, typ: 'JWT', kid: key.kid, ...header })}.${segment(claims)}`
  return `${input}.${(await key.sign(input)).toString('base64url')}`
}

/** @param {import('./keys.js').Key} key @param {number} count */
export async function mintMany(key, count, claims = () => idClaims()) {
  const tokens = []
  while (tokens.length < count) {
    const batch = Math.min(256, count - tokens.length)
    tokens.push(...(await Promise.all(Array.from({ length: batch }, () => mint(key, claims())))))
  }
  return tokens
}

/** The same token with one bit of its signature flipped: well-formed to the last character. */
export function breakSignature(token) {
  const dot = token.lastIndexOf('.') + 1
  const signature = Buffer.from(token.slice(dot), 'base64url')
  signature[signature.length >> 1] ^= 1
  return token.slice(0, dot) + signature.toString('base64url')
}

/** Three segments of random bytes, as long as those of `token`. */
export function garbageLike(token) {
  return token
    .split('.')
    .map(({ length }) =>
      randomBytes(length)
        .toString('base64url')
        .slice(0, length - (length % 4)),
    )
    .join('.')
}

/** A token's bytes, to make a string of for each call as a server's parser does: never hashed, never compared. */
export const bytesOf = (token) => Buffer.from(token, 'latin1')
export const freshString = (bytes) => bytes.latin1Slice(0, bytes.length)
