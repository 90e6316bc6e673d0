import type { Identity } from '../common/identity.js'
import { chain, type MaybePromise } from '../common/maybe-promise.js'

/**
 * What is asked of each request, though its token has verified or is remembered: whether it still stands. In place
 * where the answer is at hand.
 *
 * @throws {Refusal} where it does not stand, or that is not to be found out.
 */
export type TokenStatusCheck = (identity: Identity, token: string) => MaybePromise<void>

/** All of them, one after the other, in place as far as they are. */
export function runStatusChecks(
  statusChecks: readonly TokenStatusCheck[],
  identity: Identity,
  token: string,
): MaybePromise<void> {
  const [first, ...others] = statusChecks
  if (first === undefined) return undefined
  return chain(first(identity, token), () => runStatusChecks(others, identity, token))
}
