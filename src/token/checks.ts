import { type Claims, isObject, type JsonObject, own } from '../common/claims.js'
import { quote, Refusal } from '../common/errors.js'

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

declare const inTime: unique symbol
/** Such claims within their time; `timely` alone makes them. */
export type CheckedClaims = TypedClaims & { readonly [inTime]: true }

const strings = ['iss', 'sub', 'jti', 'azp', 'client_id', 'scope'] as const
// Claims of the user pool are null where nobody filled them in.
const stringsOrNull = ['userpool_id', 'tenant_id'] as const
const times = ['exp', 'iat', 'nbf'] as const
/** The last second that a `Date` can tell. */
const lastTime = 8.64e12

/** The registered claims have the types that RFC 7519, 4.1 gives them: a malformed claim is not an absent one. */
export function checkTypes(claims: JsonObject): asserts claims is TypedClaims {
  for (const name of strings) {
    const value = own(claims, name)
    if (value !== undefined && typeof value !== 'string') throw wrong(`${name} is no string`)
    if (value === '' && name !== 'scope') throw wrong(`${name} is empty`)
  }
  for (const name of stringsOrNull) {
    const value = own(claims, name)
    if (value !== undefined && value !== null && typeof value !== 'string') throw wrong(`${name} is no string`)
  }
  for (const name of times) {
    const value = own(claims, name)
    if (value === undefined && name !== 'exp') continue
    if (typeof value !== 'number' || !(Math.abs(value) <= lastTime)) throw wrong(`${name} is ${quote(value)}, no time`)
  }
  const audience = own(claims, 'aud')
  const names = Array.isArray(audience) ? audience : [audience]
  if (audience !== undefined && !names.every((name) => typeof name === 'string' && name !== '')) {
    throw new Refusal('wrong_audience', 'aud is neither a string nor a list of strings')
  }
}

/** Claims that say: this is no bearer credential of a user. */
export function checkPurpose(claims: JsonObject): void {
  // RFC 9449, 7.2; RFC 8705, 3: bound to a key that nobody has shown.
  if (Object.hasOwn(claims, 'cnf')) throw wrong('cnf: the token is bound to a key, and is no bearer token')
  // RFC 8417, 2.2; OpenID Connect Back-Channel Logout, 2.4: tells of something that happened.
  if (Object.hasOwn(claims, 'events')) throw wrong('events: the token tells of something, and is no bearer token')
  if (Object.hasOwn(claims, 'scoped_userpool_id')) throw wrong('scoped_userpool_id: a management token')
}

/**
 * Claims that are within their time, or what to say of those that are not (RFC 7519, 4.1.4 to 4.1.6), at `now` in
 * milliseconds. A clock that tells no number lets nothing pass.
 */
export function checkValidity(claims: TypedClaims, now: number, settings: TimeSettings): CheckedClaims | Refusal {
  return validityFault(claims, now / 1000, settings) ?? (claims as CheckedClaims)
}

function validityFault(claims: TypedClaims, seconds: number, settings: TimeSettings): Refusal | undefined {
  const exp = claims.exp
  const nbf = own(claims, 'nbf')
  const iat = own(claims, 'iat')
  // "On or after" the time is expired.
  if (!(seconds < exp + settings.toleranceAfterEnd)) return expired(`exp is ${exp}, it is ${at(seconds)}`)
  const latest = seconds + settings.toleranceAhead
  if (nbf !== undefined && !(nbf <= latest)) return early(`nbf is ${nbf}, it is ${at(seconds)}`)
  if (iat !== undefined && !(iat <= latest)) return early(`iat is ${iat}, it is ${at(seconds)}`)
  if (settings.maxTokenAge === undefined) return undefined
  if (iat === undefined) return wrong('iat is missing, and maxTokenAge needs it')
  if (seconds < iat + settings.maxTokenAge + settings.toleranceAfterEnd) return undefined
  return expired(`iat is ${iat}, it is ${at(seconds)}: older than maxTokenAge`)
}

/** From when to when `checkTimes` lets a token pass that it lets pass now, in seconds. */
export function validityWindow(
  claims: CheckedClaims,
  settings: TimeSettings,
): { readonly from: number; readonly until: number } {
  const issued = own(claims, 'iat') ?? 0
  const from = Math.max(issued, own(claims, 'nbf') ?? 0) - settings.toleranceAhead
  const age = settings.maxTokenAge
  const end = age === undefined ? claims.exp : Math.min(claims.exp, issued + age)
  return { from, until: end + settings.toleranceAfterEnd }
}

/** A legacy token's `data`, or an empty object. */
export function dataOf(claims: JsonObject): JsonObject {
  const data = own(claims, 'data')
  return isObject(data) ? data : {}
}

const at = (seconds: number) => Math.floor(seconds)
const expired = (detail: string) => new Refusal('expired_token', detail)
const early = (detail: string) => new Refusal('not_yet_valid', detail)

export function wrong(detail: string): Refusal {
  return new Refusal('wrong_claim', detail)
}
