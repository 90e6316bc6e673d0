import { withDeadline } from '../common/deadline.js'
import type { KeysHealth, KeysState } from '../jwks/events.js'
import type { GuardStore, StoreHealth } from '../store/contract.js'
import type { Application } from '../token/application.js'

/** The keys of one application, at one issuer. */
export interface ApplicationHealth extends KeysHealth {
  readonly issuer: string
  readonly appId: string
}

/** The state of a guard, for a health endpoint. */
export interface GuardHealth {
  /** The worst of its applications' states. Right after the start, before any token came, that is `unavailable`. */
  readonly state: KeysState
  readonly applications: readonly ApplicationHealth[]
  /** Of the shared store, by its last calls; left out where there is none. */
  readonly store?: StoreHealth
}

const worstFirst = ['unavailable', 'stale', 'fresh'] as const

export function healthOf(applications: readonly Application[], store?: StoreHealth): GuardHealth {
  const all = applications.map(({ issuer, appId, keys }) => ({ issuer, appId, ...keys.health() }))
  const state = worstFirst.find((candidate) => all.some((one) => one.state === candidate)) ?? 'fresh'
  return { state, applications: all, ...(store !== undefined && { store }) }
}

/** Fetches the keys that are not there yet, for at most `seconds`. It never rejects: an issuer that is down shows in the state. */
export async function warmUp(
  applications: readonly Application[],
  store: GuardStore | undefined,
  seconds: number,
): Promise<void> {
  const work = async () => {
    // A store that hangs leaves time for the keys.
    if (store !== undefined) await store.warmUp(Math.min(seconds / 2, 2))
    await Promise.all(applications.map(({ keys }) => keys.warmUp()))
  }
  try {
    await withDeadline(seconds, () => new Error('late'), work)
  } catch {
    // The state shows the failure.
  }
}
