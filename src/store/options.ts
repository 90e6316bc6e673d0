import { invalidOption } from '../common/config-error.js'
import { type OptionValues, refined, seconds, type TableOf, text, texts } from '../common/options.js'
import { client, type StoreClient } from './client.js'

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
}

const minSecretBytes = 32
const secretAdvice = 'a secret that all instances know and nobody else: 32 random bytes in base64, say'
// Printable, and without the colon, which separates.
const prefixGrammar = /^[\x21-\x39\x3b-\x7e]{1,100}$/

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
} satisfies TableOf<StoreOptions>

/** The options, checked: `secret` as the bytes of each secret. */
export type StoreSettings = OptionValues<typeof storeOptions>
