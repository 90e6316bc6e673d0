import { askedOf, type RevocationHook } from '../revocation/hook.js'
import { LocalRevocations, type RevocationSettings, type Revocations } from '../revocation/revocations.js'
import type { GuardStore } from '../store/contract.js'
import type { Events } from '../telemetry/events.js'
import type { TimeSettings } from '../token/checks.js'
import type { TokenStatusCheck } from '../token/status-check.js'
import { maxTokenAge } from '../token/token-options.js'

/** What is checked for each request, cached tokens too, and the record of what was revoked. */
export interface StatusChecks {
  readonly revocations: Revocations
  /** In the order in which they run. Empty, and so without cost, until there is something to check. */
  readonly statusChecks: readonly TokenStatusCheck[]
}

/** What the status checks take from the guard. */
interface StatusCheckContext {
  readonly store: GuardStore | undefined
  readonly times: TimeSettings
  readonly events: Events
  readonly canOutliveRequest: boolean
  readonly now: () => number
  /** Where the issuer is asked about each token. */
  readonly introspectionCheck: TokenStatusCheck | undefined
}

/** Revocations, then the `isRevoked` hook, then the issuer, which takes longest. */
export function statusChecksOf(hook: RevocationHook | undefined, context: StatusCheckContext): StatusChecks {
  const { store, times, events, canOutliveRequest, now, introspectionCheck } = context
  const statusChecks: TokenStatusCheck[] = []
  if (hook !== undefined) statusChecks.push(askedOf(hook))
  if (introspectionCheck !== undefined) statusChecks.push(introspectionCheck)
  const settings: RevocationSettings = {
    maxTokenAge: times.maxTokenAge ?? maxTokenAge,
    tolerance: Math.max(60, times.toleranceAfterEnd, times.toleranceAhead),
    maxEntries: 1_000_000,
    canOutliveRequest,
    now,
    emit: events.emit,
    begin: (check) => statusChecks.unshift(check),
  }
  return { revocations: store?.revocations(settings) ?? new LocalRevocations(settings), statusChecks }
}
