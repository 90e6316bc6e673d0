import type { Given } from '../common/option-reader.js'
import { askedOf, type RevocationHook } from '../revocation/hook.js'
import { Revocations } from '../revocation/revocations.js'
import type { StoreGiven } from '../store/options.js'
import type { Events } from '../telemetry/events.js'
import type { TimeSettings } from '../token/checks.js'
import type { Confirmation } from '../token/status-check.js'

/** What is asked of a token that verifies, and who knows what was revoked. */
export interface Confirming {
  readonly revocations: Revocations
  /** In the order in which they are asked. Empty, and so without any cost, until there is something to ask about. */
  readonly confirmations: readonly Confirmation[]
}

/** What it takes from the guard. */
export interface ConfirmingContext {
  readonly shared: StoreGiven | undefined
  readonly times: TimeSettings
  readonly events: Events
  readonly inBackground: boolean
  readonly now: () => number
  /** Where the issuer is asked about each token. */
  readonly confirmOnline: Confirmation | undefined
}

const longestLife = 366 * 86_400

/** Revocation, then the `isRevoked` option, then the issuer, who is farthest away. @throws {TypeError} */
export function confirmingOf(given: Given, context: ConfirmingContext): Confirming {
  const { shared, times, events, inBackground, now, confirmOnline } = context
  const hook = given.func<RevocationHook>('isRevoked')
  const confirmations: Confirmation[] = []
  if (hook !== undefined) confirmations.push(askedOf(hook))
  if (confirmOnline !== undefined) confirmations.push(confirmOnline)
  const revocations = new Revocations({
    store: shared?.store,
    maxTokenAge: times.maxTokenAge ?? longestLife,
    tolerance: Math.max(60, times.toleranceAfterEnd, times.toleranceAhead),
    staleFor: shared?.staleRevocations ?? 0,
    // Who reads and then writes has a call's time for each.
    settling: 2.2 * (shared?.timeout ?? 0),
    mostOwn: 1_000_000,
    inBackground,
    now,
    tell: events.tell,
    begin: (confirm) => confirmations.unshift(confirm),
  })
  return { revocations, confirmations }
}
