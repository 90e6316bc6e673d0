import type { Identity } from '../common/identity.js'
import { after, type Step } from '../common/maybe-promise.js'

/**
 * What is asked of each request, though its token has verified or is remembered: whether it still stands. In place
 * where the answer is at hand.
 *
 * @throws {Refusal} where it does not stand, or that is not to be found out.
 */
export type Confirmation = (identity: Identity, token: string) => Step<void>

/** All of them, one after the other, in place as far as they are. */
export function confirmedBy(confirmations: readonly Confirmation[], identity: Identity, token: string): Step<void> {
  const [first, ...others] = confirmations
  if (first === undefined) return undefined
  return after(first(identity, token), () => confirmedBy(others, identity, token))
}
