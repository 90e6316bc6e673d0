import type { Forgotten } from '../authorization/decisions.js'
import type { Requirement } from '../authorization/requirement.js'
import type { RegisteredClaims } from '../common/claims.js'
import type { Identity } from '../common/identity.js'
import type { Revoked } from '../revocation/revocation.js'
import type { GuardHealth } from './health.js'
import type { ObserveOptions, Observer } from './observe.js'
import type { AnyCaller } from './pipeline.js'

/**
 * Verifies who calls, and checks what they may do. Make one when the process starts, not one per request.
 *
 * `Guard` is one that admits no anonymous callers, and `Guard<Identity | undefined>` one with `credentials: 'optional'`.
 * `Guard<MyClaims>` types the claims of its tokens; nothing checks that a token has them.
 *
 * @example
 * ```ts
 * import { createGuard, type Guard } from 'authing-guard'
 *
 * const guard: Guard<{ email: string }> = createGuard<{ email: string }>({ issuer, appId })
 * const { claims } = await guard.verifyToken(token)
 * console.log(claims.email)
 * ```
 */
export type Guard<Of = Identity> = GuardFor<CallerFor<Of>>

/** The caller that the type argument of a guard stands for: the caller itself, or the claims that its tokens have. */
export type CallerFor<Of> = [Of] extends [AnyCaller] ? Of : Identity<Of & RegisteredClaims>

/** A {@link Guard} by the callers that it admits. */
export interface GuardFor<Who extends AnyCaller> {
  /**
   * Verifies a token, without `Bearer`, and resolves with the identity that it proves.
   *
   * @throws {GuardError} 401 for a token that is not valid here, 403 for an unmet requirement, 503 for an outage.
   */
  verifyToken(token: string | null | undefined): Promise<NonNullable<Who>>
  /**
   * Verifies the value of an Authorization header (RFC 6750, 2.1), and resolves with the identity that it proves.
   *
   * @throws {GuardError} as `verifyToken`, and 400 for a header that is malformed.
   */
  authenticate(header: string | null | undefined): Promise<Who>
  /**
   * Checks a requirement for an identity; resolves where it is met. `request` is passed to the functions in the
   * requirement.
   *
   * @throws {GuardError} 403 where it is not met, 503 where the permission check fails.
   * @throws {TypeError} for a requirement that is not understood.
   */
  authorize<Request>(identity: Identity<object>, requirement: Requirement<Request>, request?: Request): Promise<void>
  /**
   * Makes a stricter guard: this one's requirements, and one more. An anonymous caller meets none.
   *
   * @throws {TypeError} for a requirement that is not understood.
   */
  require<Request = unknown>(requirement: Requirement<Request>): GuardFor<NonNullable<Who>>
  /**
   * Makes an observer, to try this guard on a live system. It emits an `observed` event that says what the guard would have
   * done. It refuses no request, delays none, and stops at `until`.
   *
   * @throws {TypeError} where `until` is not a time, or is more than 30 days ahead.
   */
  observe(options: ObserveOptions): Observer
  /**
   * Drops the cached permissions, roles and profiles of one user or access key in this process. Call it when a grant has
   * changed. `everyone: true` drops those of all, and all cached introspection replies.
   *
   * @throws {TypeError} where none of `userId`, `clientId` and `everyone` is given.
   */
  forget(whose: Forgotten): void
  /**
   * Revokes one token, or all tokens of a user or an access key that were issued at or before `before` (seconds since
   * the epoch; default: now), cached tokens too. It holds at the issuers of this guard; with `userId`, `appId` narrows it
   * to one application. It takes effect in this process at once. With a `store` it takes effect in every process in about
   * a second, or, where a process cannot read the store, after `staleRevocations` (60 seconds): until then that process
   * uses what it read last, and then answers 503. A revocation cannot be undone; a user who signs in again has a newer
   * token. Resolves when the store has accepted it.
   *
   * @throws {TypeError} where not exactly one of `tokenId`, `userId` and `clientId` is given, `before` is not a time in
   * seconds, or `appId` is not an application of this guard.
   * @throws {GuardError} 503 `store_unavailable` if the store did not accept the revocation: it then holds in this process alone.
   * @example
   * await guard.revoke({ userId })
   * await guard.revoke({ userId, appId })
   * await guard.revoke({ tokenId: jti })
   */
  revoke(whose: Revoked): Promise<void>
  /**
   * Fetches the keys and connects the store before the first request. It resolves with the state even where that failed,
   * so that an issuer that is down does not block a roll-out. `timeout` in seconds: from 0.001 to 3,600; default: 5.
   */
  ready(options?: { readonly timeout?: number }): Promise<GuardHealth>
  /** The state of the keys, for a health endpoint. */
  health(): GuardHealth
  /**
   * Stops trusting a key, by its `kid`, and every token that it signed, until this process ends.
   *
   * @throws {TypeError} where `kid` is not a string, or is empty.
   */
  distrustKey(kid: string): void
}

/** Any guard, whatever claims its tokens have, and whether or not it admits anonymous callers. */
export type AnyGuard = GuardFor<AnyCaller>
