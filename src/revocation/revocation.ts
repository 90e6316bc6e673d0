import type { Identity } from '../common/identity.js'
import { OptionReader } from '../common/option-reader.js'
import { seconds, text } from '../common/options.js'
import { type Refusal, refuse } from '../common/refusal.js'

/** What `guard.revoke` takes: exactly one of the three ids. */
export type Revoked =
  /** One token, by its `jti`. */
  | { readonly tokenId: string; readonly userId?: never; readonly clientId?: never; readonly before?: never }
  /**
   * The tokens of a user, an access key's that acts for them included, issued at or before this second: of all
   * applications of the guard, or of the one that `appId` names.
   */
  | {
      readonly userId: string
      readonly appId?: string
      readonly tokenId?: never
      readonly clientId?: never
      readonly before?: number
    }
  /** The tokens of an access key, whichever user it acts for, issued at or before this second. */
  | { readonly clientId: string; readonly tokenId?: never; readonly userId?: never; readonly before?: number }

/** What may be revoked. */
export type RevocationTarget = 'token' | 'user' | 'client'

/** A revocation, checked. */
export interface Revocation {
  readonly what: RevocationTarget
  readonly id: string
  /** The one application that it is for; null for all of the guard's. */
  readonly appId: string | null
  /** Seconds since the epoch. Of a token when it was revoked, of the others until when their tokens were issued. */
  readonly before: number
}

/** Days ahead that `before` may lie: further off it is in milliseconds. */
const mostAhead = 366 * 86_400

const ids = [
  ['tokenId', 'token', "a token's jti"],
  ['userId', 'user', "a user's ID"],
  ['clientId', 'client', 'an access key'],
] as const

/**
 * What `guard.revoke` was given, at `now` in milliseconds. `appIds` are the guard's applications; undefined if a token of
 * it may name another one.
 *
 * @throws {TypeError}
 */
export function revocationOf(given: unknown, now: number, appIds: readonly string[] | undefined): Revocation {
  const whose = new OptionReader(given, 'revoke.', [...ids.map(([name]) => name), 'appId', 'before'])
  const [named, another] = ids.filter(([name]) => whose.has(name))
  if (named === undefined || another !== undefined) {
    throw whose.invalid((another ?? ids[0])[0], 'is one of tokenId, userId and clientId: name exactly one of them')
  }
  const [name, what, words] = named
  const id = whose.read(name, text(words))
  const second = Math.floor(now / 1000)
  if (what === 'token' && whose.has('before'))
    throw whose.invalid('before', 'goes with userId or clientId: a token is one')
  const appId = whose.has('appId') ? whose.read('appId', text("an application's App ID")) : null
  if (appId !== null && what !== 'user')
    throw whose.invalid('appId', 'goes with userId: the others are of one application')
  if (appId !== null && appIds?.includes(appId) === false)
    throw whose.invalid('appId', `is not an application of this guard: ${appIds.join(', ')}`)
  const before = whose.read('before', seconds({ min: 0, max: second + mostAhead, default: second }))
  return { what, id, appId, before }
}

/** The names under which an identity may be revoked. */
export function namesOf({ kind, userId, clientId, claims }: Identity): readonly string[] {
  const names: string[] = []
  const tokenId = Object.hasOwn(claims, 'jti') ? claims.jti : undefined
  if (tokenId !== undefined) names.push(nameOf({ what: 'token', id: tokenId }))
  if (kind !== 'machine') names.push(nameOf({ what: 'user', id: userId }))
  if (kind !== 'user') names.push(nameOf({ what: 'client', id: clientId }))
  return names
}

/** A kind has no colon, so that no two have the same name. */
export function nameOf({ what, id }: Pick<Revocation, 'what' | 'id'>): string {
  return `${what}:${id}`
}

/** The refusal of an identity that is revoked under a name. */
export function revokedBy(name: string): Refusal {
  const by = (['token', 'user'] as const).find((what) => name.startsWith(`${what}:`)) ?? 'client'
  return refuse('revoked', { by })
}
