import { isObject, type Json, own } from '../common/claims.js'
import { type Refusal, refuse } from '../common/refusal.js'
import type { Algorithm } from '../crypto/algorithm.js'
import { readKey, type VerificationKey } from './key.js'

/** Keys that a JWKS may have. Authing's have one. */
export const maxKeys = 100
/** Reasons why keys were left out that one message has. */
const maxListed = 3
/** Keys of one `kid` and algorithm that are tried for one token. */
const maxTries = 3

/** The keys of one application, as its JWKS had them at one moment. */
export interface KeySet {
  readonly keys: readonly VerificationKey[]
  /** The keys of the JWKS that were left out, and why: for the developer. */
  readonly skipped: readonly string[]
}

/** Why a document gives no keys: that is a failed fetch, and never a new set. */
export interface KeySetFault {
  readonly fault: 'no_jwks' | 'too_many_keys' | 'no_usable_key'
  /** What follows the address in a message. */
  readonly words: string
}

export function isKeySetFault(kind: string): kind is KeySetFault['fault'] {
  return Object.hasOwn(words, kind)
}

const words: Readonly<Record<KeySetFault['fault'], string>> = {
  no_jwks: 'is not a JWKS: it has no list of keys',
  too_many_keys: `holds more than ${maxKeys} keys`,
  no_usable_key: 'holds no key that verifies signatures here',
}

function faultOf(fault: KeySetFault['fault'], why = ''): KeySetFault {
  return { fault, words: words[fault] + why }
}

/** The first reasons why members of a JWKS were left out. */
function listed(skipped: readonly string[]): string {
  const more = skipped.length > maxListed ? `, and ${skipped.length - maxListed} more` : ''
  return skipped.slice(0, maxListed).join(', ') + more
}

/** Reads the keys of a JWKS that verify signatures (RFC 7517, 5). Keys that are unknown, unfit or weak are left out. */
export async function readKeySet(document: Json, allowed: ReadonlySet<Algorithm>): Promise<KeySet | KeySetFault> {
  const { list, fault } = readJwks({ document })
  if (list === undefined) return fault
  const read: readonly (VerificationKey | string)[] = await Promise.all(list.map((jwk) => readKey(jwk, allowed)))
  const keys = read.filter((key) => typeof key !== 'string')
  const skipped = read.flatMap((key, at) => (typeof key === 'string' ? [`key ${at + 1}: ${key}`] : []))
  return keys.length === 0 ? faultOf('no_usable_key', `: ${listed(skipped) || 'the list is empty'}`) : { keys, skipped }
}

type Jwks =
  | { readonly list: readonly Json[]; readonly fault?: undefined }
  | { readonly list?: undefined; readonly fault: KeySetFault }

/** The list of keys in a JWKS document, or why there is none. */
export function readJwks({ document }: { readonly document: Json }): Jwks {
  const list = keysIn(document)
  if (list === undefined) return { fault: faultOf('no_jwks') }
  return list.length > maxKeys ? { fault: faultOf('too_many_keys') } : { list }
}

/** The same, however many there are. */
export function keysIn(document: Json): readonly Json[] | undefined {
  const list = isObject(document) ? own(document, 'keys') : undefined
  return Array.isArray(list) ? list : undefined
}

/** The keys to try for one token, or the refusal if there are none. */
export type Candidates = readonly VerificationKey[] | Refusal

/** The candidates of a set for a token's `kid` and `alg`; undefined if the set has no such key. */
export function select({ keys }: KeySet, kid: string | undefined, algorithm: Algorithm): Candidates | undefined {
  const named = kid === undefined ? keys : keys.filter((key) => key.kid === kid)
  const fitting = named.filter((key) => key.algorithm === algorithm)
  // RFC 7515, 4.1.4: without a kid only a set that leaves no choice says which key it was.
  if (named.length === 0 || (kid === undefined && fitting.length > 1)) return undefined
  return fitting.length === 0 ? refuse('alg_not_of_key', { alg: algorithm }) : fitting.slice(0, maxTries)
}

/** The refusal of a token whose key the issuer does not publish. */
export function unknownKey(kid: string | undefined, { skipped }: KeySet): Refusal {
  if (kid === undefined) return refuse('kid_missing')
  return skipped.length === 0
    ? refuse('kid_unknown', { kid })
    : refuse('kid_not_usable', { kid, skipped: listed(skipped) })
}

/** The result of replacing the key set: keys added, keys removed. */
export interface KeySetDiff {
  readonly set: KeySet
  readonly added: readonly VerificationKey[]
  readonly removed: readonly VerificationKey[]
}

/** Replaces the key set. A key that was there before stays the same object; one that is gone or distrusted dies. */
export function replaceKeySet(before: KeySet, after: KeySet, distrusted: ReadonlySet<string>): KeySetDiff {
  const known = new Map(before.keys.map((key) => [key.fingerprint, key]))
  const trusted = after.keys.filter(({ kid }) => kid === undefined || !distrusted.has(kid))
  const keys = trusted.map((key) => known.get(key.fingerprint) ?? key)
  const removed = before.keys.filter((key) => !keys.includes(key))
  for (const key of removed) key.alive = false
  const added = keys.filter((key) => !known.has(key.fingerprint))
  return { set: { keys, skipped: after.skipped }, added, removed }
}
