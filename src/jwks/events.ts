/** Fresh; stale: older than `maxAge` and still serving; or unavailable: no keys to verify with. */
export type KeysState = 'fresh' | 'stale' | 'unavailable'

/** A change of the keys, or a failed fetch. */
export type KeySetEvent = KeysRefreshed | KeysFailed

/** The JWKS was fetched. */
export interface KeysRefreshed {
  readonly type: 'keys_refreshed'
  /** The `kid`s that serve now. */
  readonly keyIds: readonly string[]
  /** Whether keys were added or removed since the fetch before; false for the first fetch. */
  readonly rotated: boolean
  /** Those of them that are new, or have a new key. */
  readonly added: readonly string[]
  /** Those that are not trusted any more. */
  readonly removed: readonly string[]
  /** Members of the JWKS that are no usable key, and why. */
  readonly skipped: readonly string[]
  /** Another instance fetched it, and this one has it through the shared store; left out where it was fetched here. */
  readonly shared?: true
}

/**
 * For how long keys serve while fetches fail: `outage` is `staleIfError`, for an issuer that is out of reach or
 * overloaded. `bad_answers` is an hour from the first of an unbroken run of unusable answers, TLS faults included.
 */
export type StaleBound = 'outage' | 'bad_answers'

/** A fetch of the JWKS failed. */
export interface KeysFailed {
  readonly type: 'keys_failed'
  /** What is served now. */
  readonly state: KeysState
  readonly bound: StaleBound
  /** When the keys stop serving unless a fetch succeeds, in seconds since the epoch; undefined where there are none. */
  readonly servesUntil: number | undefined
  /** What went wrong, for the developer. */
  readonly error: string
}

/** The keys of one application, for a health endpoint. */
export interface KeysHealth {
  readonly state: KeysState
  readonly keyIds: readonly string[]
  /** Seconds since the keys were fetched; undefined where they never were. */
  readonly age: number | undefined
  /**
   * When they stop serving unless a fetch succeeds, in seconds since the epoch: Infinity for those of the `jwks` option,
   * undefined where there are none.
   */
  readonly servesUntil: number | undefined
  /** Which bound that is; undefined where the last fetch did not fail. */
  readonly bound: StaleBound | undefined
  /** Why the last fetch failed; undefined where it did not. */
  readonly lastError: string | undefined
}
