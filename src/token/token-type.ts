import { isObject, type JsonObject, own } from '../common/claims.js'
import type { TokenType } from '../common/identity.js'

/**
 * Which kind of token this is. Authing marks none of them, so the claims tell: its older SDKs' `user.token` is an id
 * token with `data` in it, `nonce` and the hashes are an id token's alone (OIDC Core, 2), and of Authing's tokens only
 * access tokens have both `jti` and `scope`.
 */
export function tokenTypeOf(claims: JsonObject, isAccessToken: boolean): TokenType {
  if (own(claims, 'token_use') === 'id') return 'id_token'
  if (isAccessToken) return 'access_token'
  const has = (name: string) => Object.hasOwn(claims, name)
  if (isObject(own(claims, 'data')) && (has('userpool_id') || has('sub'))) return 'user_token'
  if (has('at_hash') || has('c_hash') || has('s_hash') || has('nonce')) return 'id_token'
  const accesses = typeof own(claims, 'jti') === 'string' && typeof own(claims, 'scope') === 'string'
  return accesses ? 'access_token' : 'id_token'
}
