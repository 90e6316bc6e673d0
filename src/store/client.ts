import { invalidOption } from '../common/config-error.js'
import type { Option } from '../common/options.js'

/**
 * The store, as Keyv has it (Redis, Valkey, Postgres and others through its adapters). A promise of its that fails must
 * reject: an error that looks like an empty answer would let revoked tokens in.
 */
export interface StoreClient {
  /** What was set, or nothing. */
  get(key: string): unknown
  /** `ttl` in milliseconds: after that the value is gone. */
  set(key: string, value: string, ttl: number): unknown
  /** Whether there was something or not, nothing is there after. */
  delete(key: string): unknown
}

/** The client, checked; its `throwOnErrors` is turned on. */
export const client: Option<StoreClient> = {
  read: (value, name) => {
    if (!isClient(value)) {
      const what = 'must have get, set and delete, like new Keyv(new KeyvRedis(url)): get it from your store'
      throw invalidOption(name, what)
    }
    for (const part of [value, Reflect.get(value, 'store')]) {
      if (!reportsErrors(part)) throw invalidOption(name, 'hides its errors: make it with throwOnErrors: true')
    }
    return value
  },
}

function isClient(value: unknown): value is StoreClient {
  if (typeof value !== 'object' || value === null) return false
  return ['get', 'set', 'delete'].every((name) => typeof Reflect.get(value, name) === 'function')
}

/** Keyv and some of its adapters return undefined for a failed call, unless `throwOnErrors` is set. */
function reportsErrors(part: unknown): boolean {
  if (typeof part !== 'object' || part === null || Reflect.get(part, 'throwOnErrors') !== false) return true
  return Reflect.set(part, 'throwOnErrors', true) && Reflect.get(part, 'throwOnErrors') === true
}
