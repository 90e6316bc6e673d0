import { configError } from '../common/config-error.js'
import { readOptions } from '../common/option-reader.js'
import { makePart, type Part } from '../common/part.js'
import type { GuardStore, StoreContents, StoreContext } from './contract.js'
import { sharedKeySource } from './key-snapshots.js'
import { type StoreOptions, type StoreSettings, storeOptions } from './options.js'
import { sharedRevocations } from './revocations.js'
import { sealedStore } from './sealed-store.js'

/** A shared store, for the `store` option of a guard. {@link sharedStore} makes one. */
export type StorePart = Part<'store'>

/**
 * Lets several processes share keys and revocations, through Redis, Postgres or any other store of Keyv. The options are
 * checked now; nothing is read or written before a guard uses it. Several guards may have the same one.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 * @example
 * import KeyvRedis from '@keyv/redis'
 * import { createGuard } from 'authing-guard'
 * import { sharedStore } from 'authing-guard/store'
 * import { Keyv } from 'keyv'
 *
 * const store = sharedStore({ client: new Keyv(new KeyvRedis(url)), secret })
 * const guard = createGuard({ issuer, appId, store })
 */
export function sharedStore(options: StoreOptions): StorePart {
  const settings = readOptions(storeOptions, options, 'store.')
  const contents: StoreContents = { settings, bind: (context) => bindStore(settings, context) }
  return makePart('store', contents)
}

/** Opens the store for one guard. */
function bindStore(settings: StoreSettings, context: StoreContext): GuardStore {
  const store = sealedStore(settings, context)
  const { timeout, staleRevocations: staleFor, maxTokenAge } = settings
  return {
    timeout,
    health: store.health,
    warmUp: store.warmUp,
    keySource: (issuer, keys) => sharedKeySource(issuer, { ...keys, store, now: context.now }),
    revocations(revocations) {
      if (revocations.maxTokenAge > maxTokenAge) {
        const what = `maxTokenAge must be given, and at most ${maxTokenAge}, which is store.maxTokenAge`
        throw configError(`${what}: the store keeps no revocation for longer`)
      }
      // An instance that reads and then writes has the time of one call for each.
      return sharedRevocations({ ...revocations, maxTokenAge, store, staleFor, settling: 2.2 * timeout })
    },
  }
}

export type { StoreClient, StoreOptions } from './options.js'
