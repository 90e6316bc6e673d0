import type { GuardStore, StoreContext } from './contract.js'
import { sharedKeySource } from './key-snapshots.js'
import type { StoreSettings } from './options.js'
import { SharedRevocations } from './revocations.js'
import { SealedStore } from './sealed-store.js'

/** Opens the store for one guard. */
export function bindStore(settings: StoreSettings, context: StoreContext): GuardStore {
  const store = new SealedStore(settings, context)
  const { timeout, staleRevocations: staleFor } = settings
  return {
    timeout,
    get state() {
      return store.state
    },
    warmUp: (seconds) => store.warmUp(seconds),
    keySource: (fetcher, keys) => sharedKeySource(fetcher, { ...keys, store, now: context.now }),
    revocations: (revocations) =>
      // An instance that reads and then writes has the time of one call for each.
      new SharedRevocations({ ...revocations, store, staleFor, settling: 2.2 * timeout }),
  }
}
