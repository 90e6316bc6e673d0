import { invalidOption } from '../common/config-error.js'
import { type Option, type OptionValues, refined, seconds, type TableOf, text, texts } from '../common/options.js'
import { maxTokenAge } from '../token/token-options.js'

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

/** The options of `sharedStore`. Times in seconds. */
export interface StoreOptions {
  /**
   * The client of the store: anything with Keyv's `get`, `set` with milliseconds, and `delete`, whose promises reject
   * when something fails. Use a Keyv for the guard alone: its `throwOnErrors` is turned on.
   */
  readonly client: StoreClient
  /**
   * Seals what is stored, with HMAC-SHA-256: who can write to the store, but does not know the secret, cannot make up a
   * value. A list while it is being replaced: the first one seals, and all of them open. At least 32 bytes.
   */
  readonly secret: string | readonly string[]
  /** How long one call may take. Default: 0.25. At most 5. */
  readonly timeout?: number | undefined
  /** What the store's keys begin with. Default: `authing-guard`. */
  readonly prefix?: string | undefined
  /** How long the last known answer about revocations counts while the store is down. Default: 60. At most 3,600. */
  readonly staleRevocations?: number | undefined
  /**
   * Seconds after `iat` for which any guard of this store admits a token: revocations are kept for as long. The same in
   * all instances; a guard whose own `maxTokenAge` is longer throws. Default: 366 days, which is the most.
   */
  readonly maxTokenAge?: number | undefined
}

const minSecretBytes = 32
const secretAdvice = 'a secret that all instances know and nobody else: 32 random bytes in base64, say'
// Printable, and without the colon, which separates.
const prefixGrammar = /^[\x21-\x39\x3b-\x7e]{1,100}$/

/** The client, checked; its `throwOnErrors` is turned on. */
const client: Option<StoreClient> = {
  read: (value, name) => {
    const what = 'must have get, set and delete, like new Keyv(new KeyvRedis(url)): get it from your store'
    if (!isClient(value)) throw invalidOption(name, what)
    for (const part of [value, Reflect.get(value, 'store')]) {
      if (!reportsErrors(part)) throw invalidOption(name, 'hides its errors: make it with throwOnErrors: true')
    }
    return value
  },
}

export const storeOptions = {
  client,
  secret: refined(texts(secretAdvice), (given, name) => {
    const secrets = given.map((one) => new TextEncoder().encode(one))
    if (secrets.every(({ length }) => length >= minSecretBytes)) return secrets
    throw invalidOption(name, `is shorter than ${minSecretBytes} bytes. It must be ${secretAdvice}`)
  }),
  timeout: seconds({ min: 0.01, max: 5, default: 0.25 }),
  prefix: refined(text('what keys begin with', { default: 'authing-guard' }), (prefix, name) => {
    if (prefixGrammar.test(prefix)) return prefix
    throw invalidOption(name, 'must be at most 100 printable ASCII characters, and no colon')
  }),
  staleRevocations: seconds({ min: 0, max: 3600, default: 60 }),
  maxTokenAge: seconds({ min: 1, max: maxTokenAge, default: maxTokenAge }),
} satisfies TableOf<StoreOptions>

/** The options, checked: `secret` as the bytes of each secret. */
export type StoreSettings = OptionValues<typeof storeOptions>

function isClient(value: unknown): value is StoreClient {
  if (typeof value !== 'object' || value === null) return false
  return ['get', 'set', 'delete'].every((name) => typeof Reflect.get(value, name) === 'function')
}

/** Keyv and some of its adapters return undefined for a failed call, unless `throwOnErrors` is set. */
function reportsErrors(part: unknown): boolean {
  if (typeof part !== 'object' || part === null || Reflect.get(part, 'throwOnErrors') !== false) return true
  return Reflect.set(part, 'throwOnErrors', true) && Reflect.get(part, 'throwOnErrors') === true
}
