import type { Identity } from '../common/identity.js'
import { chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import type { Refusal } from '../common/refusal.js'

/**
 * Runs per request, for cached tokens too: is the token still active? Answers with the identity, or with the refusal if
 * it is not active or that cannot be found out. Without a promise where the answer is in memory.
 */
export type TokenStatusCheck = (identity: Identity, token: string, request: unknown) => MaybePromise<Identity | Refusal>

/** Runs the checks one after the other. */
export function runStatusChecks(
  statusChecks: readonly TokenStatusCheck[],
  identity: Identity,
  token: string,
  request: unknown,
  at = 0,
): MaybePromise<Identity | Refusal> {
  const check = statusChecks[at]
  if (check === undefined) return identity
  const next = () => runStatusChecks(statusChecks, identity, token, request, at + 1)
  return chainUnlessRefused(check(identity, token, request), next)
}
