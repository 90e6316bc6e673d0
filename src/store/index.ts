import { readOptions } from '../common/option-reader.js'
import { makePart, type Part } from '../common/part.js'
import type { StoreContents } from './contract.js'
import { bindStore } from './guard-store.js'
import { type StoreOptions, storeOptions } from './options.js'

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

export type { StoreClient } from './client.js'
export type { StoreOptions } from './options.js'
