import { OptionReader } from '../common/option-reader.js'
import { clientOf } from './client.js'
import { SealedStore, type StoreEvent } from './sealed-store.js'

/** The shared store that a guard was given, and what of its options is not its own business. */
export interface StoreGiven {
  readonly store: SealedStore
  /** Seconds that a call of it may take. */
  readonly timeout: number
  /** Seconds for which what was last known of revocations counts while it is down. */
  readonly staleRevocations: number
}

/** What a store takes from the guard that it belongs to. */
export interface StoreContext {
  readonly emit: (event: StoreEvent) => void
  readonly now: () => number
  readonly random: () => number
}

const leastBytes = 32
const secretAdvice = 'a secret that all instances know and nobody else: 32 random bytes in base64, say'
// Printable, and without the colon that separates.
const plain = /^[\x21-\x39\x3b-\x7e]{1,100}$/

/** The `store` option, where it is given. @throws {TypeError} */
export function storeOf(given: OptionReader, context: StoreContext): StoreGiven | undefined {
  const store = given.get('store')
  return store === undefined ? undefined : storeFrom(store, context)
}

/** The value of the `store` option. @throws {TypeError} */
export function storeFrom(value: unknown, { emit, now, random }: StoreContext): StoreGiven {
  const options = new OptionReader(value, 'store.', ['client', 'secret', 'timeout', 'prefix', 'staleRevocations'])
  const client = clientOf(options)
  const secrets = options.texts('secret', secretAdvice).map((text) => new TextEncoder().encode(text))
  if (secrets.some(({ length }) => length < leastBytes)) {
    throw options.invalid('secret', `is shorter than ${leastBytes} bytes. It must be ${secretAdvice}`, 'short_secret')
  }
  const prefix = options.get('prefix') === undefined ? 'authing-guard' : options.text('prefix', 'what keys begin with')
  if (!plain.test(prefix))
    throw options.invalid('prefix', 'must be at most 100 printable ASCII characters, and no colon')
  const timeout = options.seconds('timeout', { min: 0.01, max: 5 }) ?? 0.25
  const staleRevocations = options.seconds('staleRevocations', { min: 0, max: 3600 }) ?? 60
  const store = new SealedStore({ client, secrets, prefix, timeout, now, random, emit })
  return { store, timeout, staleRevocations }
}
