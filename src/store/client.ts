import type { OptionReader } from '../common/option-reader.js'

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

/** The client that the options name. @throws {TypeError} for what is none. */
export function clientOf(given: OptionReader): StoreClient {
  const client = given.get('client')
  if (!isClient(client)) {
    throw given.invalid(
      'client',
      'must have get, set and delete, like new Keyv(new KeyvRedis(url)): get it from your store',
    )
  }
  for (const part of [client, Reflect.get(client, 'store')]) {
    if (!tellsErrors(part)) throw given.invalid('client', 'hides its errors: make it with throwOnErrors: true')
  }
  return client
}

function isClient(value: unknown): value is StoreClient {
  if (typeof value !== 'object' || value === null) return false
  return ['get', 'set', 'delete'].every((name) => typeof Reflect.get(value, name) === 'function')
}

/** Keyv and some of its adapters answer "nothing there" to what failed, unless they are told not to. */
function tellsErrors(part: unknown): boolean {
  if (typeof part !== 'object' || part === null || Reflect.get(part, 'throwOnErrors') !== false) return true
  return Reflect.set(part, 'throwOnErrors', true) && Reflect.get(part, 'throwOnErrors') === true
}
