import type { Application } from './application.js'
import type { Json } from './jws.js'
import { tokenId } from './random.js'
import { type PoolUser, profileClaims } from './user.js'

/**
 * The tokens that a backend behind Authing can receive:
 *
 * - `'id_token'`: OIDC id token (`sub`, profile claims, nulls kept, `nonce`; `aud` is the appId).
 * - `'access_token'`: OIDC access token of a user (`jti`, `sub`, `scope`; `aud` is the appId; signed with a JWKS key).
 * - `'user_token'`: `user.token` since 2021, what the mini-program SDK before 5.x stores: an id token plus `data` and `userpool_id`.
 * - `'legacy_user_token'`: `user.token` of 2020: only `data`, `iat`, `exp`; HS256 with the pool's `jwtSecret`.
 * - `'machine'`: the own token of a programmatic access key: `aud` is the key's id, `azp` the appId; no `sub`.
 * - `'delegate'`: an access key acting for a user: the same with `sub`.
 * - `'management_token'`: for Authing's management API (`scoped_userpool_id`); not a credential of a caller.
 */
export type TokenType = (typeof tokenTypes)[number]

export const tokenTypes = [
  'access_token',
  'id_token',
  'user_token',
  'legacy_user_token',
  'machine',
  'delegate',
  'management_token',
] as const

/** The input for the claims of a token; times in seconds since the epoch. */
export interface Grant {
  readonly application: Application
  readonly userPoolId: string
  readonly user: PoolUser
  readonly accessKeyId: string
  readonly scope: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** A user's Authing Resource Name. */
export const userArn = (userPoolId: string, userId: string): string => `arn:cn:authing:${userPoolId}:user:${userId}`

const dataOf = ({ userPoolId, user }: Grant, more: Json): Json => ({
  type: 'user',
  userPoolId,
  ...more,
  id: user.id,
  userId: user.id,
  _id: user.id,
  phone: user.phone,
  email: user.email,
  username: user.username,
  unionid: user.unionid,
  openid: user.openid,
  clientId: userPoolId,
})

const times = (grant: Grant): Json => ({ iat: grant.issuedAt, exp: grant.expiresAt })

const ending = (grant: Grant): Json => ({
  aud: grant.application.appId,
  exp: grant.expiresAt,
  iat: grant.issuedAt,
  iss: grant.application.issuer,
})

const machine = (grant: Grant, subject: Json): Json => ({
  jti: tokenId(),
  ...subject,
  ...times(grant),
  scope: grant.scope,
  iss: grant.application.issuer,
  aud: grant.accessKeyId,
  azp: grant.application.appId,
})

/** The claims of each type, in the order of the tokens that Authing's documentation and SDKs show. */
export const claimsOf: Readonly<Record<TokenType, (grant: Grant) => Json>> = {
  id_token: (grant) => ({ ...profileClaims(grant.user), nonce: tokenId(10), ...ending(grant) }),
  access_token: (grant) => ({
    jti: tokenId(),
    sub: grant.user.id,
    ...times(grant),
    scope: grant.scope,
    iss: grant.application.issuer,
    aud: grant.application.appId,
  }),
  user_token: (grant) => ({
    ...profileClaims(grant.user),
    data: dataOf(grant, { appId: grant.application.appId }),
    userpool_id: grant.userPoolId,
    ...ending(grant),
  }),
  legacy_user_token: (grant) => ({
    data: dataOf(grant, { appId: null, arn: userArn(grant.userPoolId, grant.user.id) }),
    ...times(grant),
  }),
  machine: (grant) => machine(grant, {}),
  delegate: (grant) => machine(grant, { sub: grant.user.id }),
  // Only this one claim is publicly documented. The rest is like a legacy token's, so that no other claim gives it away.
  management_token: (grant) => ({
    data: dataOf(grant, { appId: null }),
    scoped_userpool_id: grant.userPoolId,
    ...times(grant),
  }),
}
