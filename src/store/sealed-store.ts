import { digestOf } from '#signature'
import type { Json } from '../common/claims.js'
import { withDeadline } from '../common/deadline.js'
import type { GuardStore, StoreContext } from './contract.js'
import { CallError, guardedCalls } from './guarded-calls.js'
import type { StoreSettings } from './options.js'
import { type Opened, Seal } from './seal.js'

/** What the store is used for: values of one purpose never pass for another's. */
export type Purpose = 'jwks' | 'revocation'

/** What the store says of a key. */
export type Found =
  | Opened
  /** There is a value, and its seal is not this guard's for this place and time. An event has told it. */
  | { readonly state: 'rejected' }
  /** No answer in time, or an error. An event has told it. */
  | { readonly state: 'down' }

/**
 * What several processes remember together. Values are sealed, keys are hashed, each call has a deadline behind a
 * circuit breaker; nothing here ever throws or rejects.
 */
export interface SharedStore {
  read(purpose: Purpose, key: string): Promise<Found>
  /** Whether the store has it now; `seconds` is how long it counts. */
  write(purpose: Purpose, key: string, value: Json, seconds: number): Promise<boolean>
}

/**
 * A store that others can read, and perhaps write: what is in it is sealed, though not hidden, and no key of it says
 * whose it is.
 */
export function sealedStore(
  { client, prefix, secret, timeout }: Pick<StoreSettings, 'client' | 'prefix' | 'secret' | 'timeout'>,
  context: StoreContext,
): SharedStore & Pick<GuardStore, 'health' | 'warmUp'> {
  const { now, emit } = context
  const seal = new Seal(secret)
  // Apart: a store that is full or read-only answers reads.
  const callsThat = (operation: 'read' | 'write') =>
    guardedCalls(timeout * 1000, context, (purpose, error) => emit({ type: 'store_failed', operation, purpose, error }))
  const [reads, writes] = [callsThat('read'), callsThat('write')]
  const nameOf = async (purpose: Purpose, key: string) => `${prefix}:${purpose}:${await digestOf(key, 'hex')}`
  return {
    health: () => ({ reads: reads.isUp() ? 'up' : 'down', writes: writes.isUp() ? 'up' : 'down' }),
    async warmUp(seconds) {
      const name = await nameOf('jwks', '')
      const late = () => new Error('late')
      await withDeadline(seconds, late, async () => client.get(name)).catch(() => {})
    },
    async read(purpose, key) {
      const name = await nameOf(purpose, key)
      const outcome = await reads.call(purpose, () => client.get(name))
      if (outcome === undefined) return { state: 'down' }
      if (outcome.value === undefined || outcome.value === null) return { state: 'absent' }
      const opened = await seal.open([prefix, purpose, key], outcome.value, now())
      if (typeof opened !== 'string') return opened
      emit({ type: 'store_rejected', purpose, error: opened })
      return { state: 'rejected' }
    },
    async write(purpose, key, value, seconds) {
      const ttl = Math.ceil(seconds * 1000)
      const sealed = await seal.seal([prefix, purpose, key], value, Math.ceil(now()) + ttl)
      if (sealed === undefined) return false
      const name = await nameOf(purpose, key)
      const outcome = await writes.call(purpose, async () => {
        if ((await client.set(name, sealed, ttl)) === false) throw new CallError("the client's set returned false")
      })
      return outcome !== undefined
    },
  }
}
