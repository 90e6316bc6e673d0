import { bytesOfBase64Url } from '../common/base64.js'
import { type JsonObject, own, parseObject } from '../common/claims.js'
import { isB64Token } from '../token/bearer.js'

/** A token of the management API. */
export interface ManagementToken {
  readonly text: string
  /** The user pool that it is for; undefined where it does not say. */
  readonly userPoolId: string | undefined
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly renewAfter: number
  readonly until: number
}

/** From this part of its life on a token is renewed, while it still serves. */
const fresh = 0.8
// It goes into a header.
const poolId = /^[\w-]{1,128}$/

/** Reads what `get-management-token` answered: `access_token`, and `expires_in` in seconds. Undefined for no token. */
export function managementTokenOf(data: JsonObject, since: number): ManagementToken | undefined {
  const text = own(data, 'access_token')
  const life = own(data, 'expires_in')
  if (typeof text !== 'string' || !isB64Token(text) || typeof life !== 'number' || life <= 0) return undefined
  const renewAfter = since + life * 1000 * fresh
  return { text, userPoolId: scopedPoolOf(text), since, renewAfter, until: since + life * 1000 }
}

/** The claim `scoped_userpool_id`. Not verified: it says where Authing's own token is to be sent back to. */
function scopedPoolOf(token: string): string | undefined {
  const [, claims = ''] = token.split('.')
  const id = own(parseObject(new TextDecoder().decode(bytesOfBase64Url(claims))) ?? {}, 'scoped_userpool_id')
  return typeof id === 'string' && poolId.test(id) ? id : undefined
}
