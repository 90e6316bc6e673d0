import { type Claims, isObject, type JsonObject, own } from '../common/claims.js'
import { type Refusal, refuse } from '../common/refusal.js'

/** What a guard expects of a token's times, in seconds. */
export interface TimeSettings {
  /** How long after `exp` a token still passes. */
  readonly toleranceAfterEnd: number
  /** How far ahead of this clock `iat` and `nbf` may be. */
  readonly toleranceAhead: number
  /** How long after `iat` a token passes at most. */
  readonly maxTokenAge: number | undefined
}

/** Claims whose registered members have the right types. */
export type TypedClaims = JsonObject & Claims

declare const checked: unique symbol
/** Claims that {@link checkClaims} has accepted; only that function makes them. */
export type CheckedClaims = TypedClaims & { readonly [checked]: true }

const strings = ['iss', 'sub', 'jti', 'azp', 'client_id', 'scope'] as const
// Claims of the user pool are null where nobody filled them in. A list of tenants names no single one.
const stringsOrNull = ['userpool_id', 'tenant_id'] as const
const times = ['exp', 'iat', 'nbf'] as const
/** RFC 3986, 3.1. */
const uri = /^[a-z][a-z\d+.-]*:/i
/** The last second that a `Date` can hold. */
const lastTime = 8.64e12

/**
 * Checks the claims of a token, or of the issuer's introspection reply about one: their types, their purpose, and their
 * times at `now` in milliseconds.
 */
export function checkClaims(claims: JsonObject, now: number, settings: TimeSettings): CheckedClaims | Refusal {
  const fault = typeFault(claims) ?? purposeFault(claims)
  if (fault !== undefined) return fault
  const typed = claims as TypedClaims
  return validityFault(typed, now / 1000, settings) ?? (typed as CheckedClaims)
}

/** The registered claims have the types of RFC 7519, 4.1: a malformed claim does not count as absent. */
function typeFault(claims: JsonObject): Refusal | undefined {
  for (const claim of strings) {
    const value = own(claims, claim)
    if (value !== undefined && typeof value !== 'string') return refuse('claim_not_string', { claim })
    if (value === '' && claim !== 'scope') return refuse('claim_empty', { claim })
  }
  for (const claim of stringsOrNull) {
    const value = own(claims, claim)
    if (value === undefined || value === null || typeof value === 'string') continue
    if (claim !== 'tenant_id' || !Array.isArray(value)) return refuse('claim_not_string', { claim })
  }
  for (const claim of times) {
    const time = own(claims, claim)
    if (time === undefined && claim !== 'exp') continue
    if (typeof time !== 'number' || !(Math.abs(time) <= lastTime)) return refuse('claim_not_time', { claim, time })
  }
  const audience = own(claims, 'aud')
  const names = Array.isArray(audience) ? audience : [audience]
  const isList = audience === undefined || names.every((name) => typeof name === 'string' && name !== '')
  return isList ? undefined : refuse('aud_malformed')
}

/** Refuses claims which say that the token is not a bearer token of a user. */
function purposeFault(claims: JsonObject): Refusal | undefined {
  // RFC 9449, 7.2; RFC 8705, 3: bound to a key, and the request does not prove that the sender has it.
  if ((own(claims, 'cnf') ?? null) !== null) return refuse('token_bound')
  // RFC 8417, 2.2; OpenID Connect Back-Channel Logout, 2.4: reports events, which are named by URIs. A user pool may have a
  // claim of that name for something else.
  const events = own(claims, 'events')
  if (isObject(events) && Object.keys(events).some((name) => uri.test(name))) return refuse('token_of_event')
  const use = own(claims, 'token_use')
  if (typeof use === 'string' && use.toLowerCase().startsWith('refresh')) return refuse('token_of_refresh')
  return Object.hasOwn(claims, 'scoped_userpool_id') ? refuse('token_of_management') : undefined
}

/** The times (RFC 7519, 4.1.4 to 4.1.6). If the clock returns NaN, every token is refused. */
function validityFault(claims: TypedClaims, seconds: number, settings: TimeSettings): Refusal | undefined {
  const now = Math.floor(seconds)
  const exp = claims.exp
  const nbf = own(claims, 'nbf')
  const iat = own(claims, 'iat')
  // "On or after" the time is expired.
  if (!(seconds < exp + settings.toleranceAfterEnd)) return refuse('exp_passed', { exp, now })
  const latest = seconds + settings.toleranceAhead
  if (nbf !== undefined && !(nbf <= latest)) return refuse('nbf_ahead', { nbf, now })
  if (iat !== undefined && !(iat <= latest)) return refuse('iat_ahead', { iat, now })
  if (settings.maxTokenAge === undefined) return undefined
  if (iat === undefined) return refuse('iat_missing', { needs: 'maxTokenAge' })
  if (seconds < iat + settings.maxTokenAge + settings.toleranceAfterEnd) return undefined
  return refuse('iat_too_old', { iat, now })
}

/** When {@link checkClaims} stops accepting a token, in seconds. */
export function validUntil(claims: CheckedClaims, { maxTokenAge, toleranceAfterEnd }: TimeSettings): number {
  const oldest = maxTokenAge === undefined ? claims.exp : (own(claims, 'iat') ?? 0) + maxTokenAge
  return Math.min(claims.exp, oldest) + toleranceAfterEnd
}

/** A legacy token's `data`, or an empty object. */
export function dataOf(claims: JsonObject): JsonObject {
  const data = own(claims, 'data')
  return isObject(data) ? data : {}
}
