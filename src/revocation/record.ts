import { isObject, type Json } from '../common/claims.js'
import type { Identity } from '../common/identity.js'

/** Which tokens of one user, access key or token ID were revoked. A type, so that it is JSON as it is. */
export type RevocationEntry = {
  /** The issuer of the tokens, or {@link poolName} of those without one. Null in what version 1 wrote, for all of them. */
  readonly issuer: string | null
  /** The application of the tokens; null for all. */
  readonly appId: string | null
  /** Seconds since the epoch: until when the tokens were issued. */
  readonly before: number
  /** Seconds after `iat` for which the guard that revoked them, or a later reader, admits a token at most. */
  readonly maxTokenAge: number
}

/** What is revoked under one name: at most one entry for an issuer and an application. */
export type RevocationEntries = readonly RevocationEntry[]

/** Nothing was revoked under a name. */
export const NOT_REVOKED: RevocationEntries = []

/** Of the form of a stored record. A reader refuses a later one: it may mean more than the reader understands. */
const version = 2

/** What takes the place of the issuer for tokens without `iss`. No issuer begins so. */
export function poolName(id: string): string {
  return `pool:${id}`
}

/** Adds entries. What is known stays, so nothing is un-revoked. Returns `known` itself where that has all of them. */
export function merge(known: RevocationEntries, added: RevocationEntries): RevocationEntries {
  let merged = known
  for (const one of added) {
    const there = merged.find(({ issuer, appId }) => issuer === one.issuer && appId === one.appId)
    if (there !== undefined && there.before >= one.before && there.maxTokenAge >= one.maxTokenAge) continue
    const before = Math.max(one.before, there?.before ?? 0)
    const maxTokenAge = Math.max(one.maxTokenAge, there?.maxTokenAge ?? 0)
    merged = merged.filter((entry) => entry !== there).concat({ ...one, before, maxTokenAge })
  }
  return merged
}

/** Whether one of the entries under a name is for this identity. `issuersOf` says where its tokens are from. */
export function covers(
  name: string,
  entries: RevocationEntries,
  identity: Identity,
  issuersOf: (identity: Identity) => readonly string[],
): boolean {
  const { appId, issuedAt } = identity
  // Without a time of its own nobody knows how old it is, and without an appId which application it is of.
  const isAgeless = name.startsWith('token:') || issuedAt === undefined
  return entries.some(
    (one) =>
      (one.issuer === null || issuersOf(identity).includes(one.issuer)) &&
      (one.appId === null || appId === undefined || one.appId === appId) &&
      (isAgeless || Math.floor(issuedAt) <= one.before),
  )
}

/** The form in which entries are stored. */
export function recordOf(revoked: RevocationEntries): Json {
  return { version, revoked }
}

/**
 * Reads a stored record; undefined for one that this version does not understand. Version 1 stored the time alone, for
 * all issuers; `maxTokenAge` is the reader's own.
 */
export function readRecord(value: Json, maxTokenAge: number): RevocationEntries | undefined {
  if (typeof value === 'number') return [{ issuer: null, appId: null, before: value, maxTokenAge }]
  if (!isObject(value) || value['version'] !== version) return undefined
  const revoked = value['revoked']
  return Array.isArray(revoked) && revoked.every(isEntry) ? revoked : undefined
}

function isEntry(value: Json): value is RevocationEntry {
  if (!isObject(value)) return false
  const { issuer, appId, before, maxTokenAge } = value
  const isScoped = [issuer, appId].every((name) => name === null || typeof name === 'string')
  return isScoped && typeof before === 'number' && typeof maxTokenAge === 'number'
}
