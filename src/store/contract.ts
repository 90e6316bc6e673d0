import type { ClockAndRandom } from '../common/clock.js'
import type { Algorithm } from '../crypto/algorithm.js'
import type { KeyLifetimes } from '../jwks/lifetimes.js'
import type { KeySource } from '../jwks/source.js'
import type { RevocationSettings, Revocations } from '../revocation/revocations.js'
import type { StoreSettings } from './options.js'

// What a guard and the part of `sharedStore` know of each other: types alone.

/** The contents of the part. */
export interface StoreContents {
  readonly settings: StoreSettings
  /** For one guard: its clock and its events. */
  readonly bind: (context: StoreContext) => GuardStore
}

/** What a store takes from its guard. */
export interface StoreContext extends ClockAndRandom {
  readonly emit: (event: StoreEvent) => void
}

/** The store as one guard uses it. */
export interface GuardStore {
  /** Seconds that a call may take. */
  readonly timeout: number
  health(): StoreHealth
  /** Lets the client connect, which takes longer than any later call; settles when it has, or time is up. */
  warmUp(seconds: number): Promise<void>
  /** Keys that instances fetch for one another. */
  keySource(issuer: KeySource, settings: SharedKeySettings): KeySource
  /** Revocations that instances share. @throws {TypeError} if the guard admits tokens for longer than the store's bound */
  revocations(settings: RevocationSettings): Revocations
}

/** Whose keys are shared, and how they are kept. */
export interface SharedKeySettings {
  /** Everything that decides what a fetch brings: the key of the snapshot in the store. */
  readonly snapshotKey: string
  readonly allowed: ReadonlySet<Algorithm>
  readonly lifetimes: KeyLifetimes
}

/** The state of a shared store: `down` from a call that failed to one that succeeds. `up` before the first one. */
export interface StoreHealth {
  readonly reads: 'up' | 'down'
  /** Down while `guard.revoke` rejects: the store is full, say, or read-only. */
  readonly writes: 'up' | 'down'
}

/** Something that went wrong with a store. */
export type StoreEvent =
  | {
      readonly type: 'store_failed'
      readonly operation: 'read' | 'write'
      readonly purpose: string
      readonly error: string
    }
  | { readonly type: 'store_rejected'; readonly purpose: string; readonly error: string }
