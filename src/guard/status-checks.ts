import { askedOf, type RevocationHook } from '../revocation/hook.js'
import { poolName } from '../revocation/record.js'
import { LocalRevocations, type RevocationSettings, type Revocations } from '../revocation/revocations.js'
import type { GuardStore } from '../store/contract.js'
import type { Events } from '../telemetry/events.js'
import type { TokenStatusCheck } from '../token/status-check.js'
import { maxTokenAge } from '../token/token-options.js'
import type { VerifySettings } from '../token/verify.js'

/** What is checked for each request, cached tokens too, and the record of what was revoked. */
export interface StatusChecks {
  readonly revocations: Revocations
  /** In the order in which they run. Empty, and so without cost, until there is something to check. */
  readonly statusChecks: readonly TokenStatusCheck[]
}

/** What the status checks take from the guard. */
interface StatusCheckContext {
  readonly store: GuardStore | undefined
  readonly verify: VerifySettings
  readonly events: Events
  readonly canOutliveRequest: boolean
  /** Where the issuer is asked about each token. */
  readonly introspectionCheck: TokenStatusCheck | undefined
}

/** Revocations, then the `isRevoked` hook, then the issuer, which takes longest. */
export function statusChecksOf(hook: RevocationHook | undefined, context: StatusCheckContext): StatusChecks {
  const { store, events, canOutliveRequest, introspectionCheck } = context
  const { applications, legacyPool, times, now } = context.verify
  const statusChecks: TokenStatusCheck[] = []
  if (hook !== undefined) statusChecks.push(askedOf(hook))
  if (introspectionCheck !== undefined) statusChecks.push(introspectionCheck)
  const pool = legacyPool === undefined ? [] : [poolName(legacyPool.id)]
  const settings: RevocationSettings = {
    maxTokenAge: times.maxTokenAge ?? maxTokenAge,
    issuers: [...new Set(applications.map(({ issuer }) => issuer)), ...pool],
    issuersOf: ({ issuer, appId }) =>
      issuer === undefined ? pool : applications.filter((one) => one.appId === appId).map((one) => one.issuer),
    maxEntries: 1_000_000,
    canOutliveRequest,
    now,
    emit: events.emit,
    begin: (check) => statusChecks.unshift(check),
  }
  return { revocations: store?.revocations(settings) ?? new LocalRevocations(settings), statusChecks }
}
