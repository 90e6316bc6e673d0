import type { Json } from '../common/claims.js'
import { withDeadline } from '../common/deadline.js'
import type { StoreContext } from './contract.js'
import { GuardedCalls } from './guarded-calls.js'
import type { StoreSettings } from './options.js'
import { digestOf, Seal } from './seal.js'
import type { Found, Purpose, SharedStore } from './shared-store.js'

/**
 * A store that others can read, and perhaps write: what is in it is sealed, though not hidden, and no key of it says
 * whose it is.
 */
export class SealedStore implements SharedStore {
  readonly #seal: Seal
  readonly #calls: GuardedCalls

  constructor(
    private readonly settings: Omit<StoreSettings, 'staleRevocations'>,
    private readonly context: StoreContext,
  ) {
    this.#seal = new Seal(settings.secret)
    this.#calls = new GuardedCalls(settings.timeout * 1000, context, (purpose, error) =>
      context.emit({ type: 'store_failed', purpose, error }),
    )
  }

  /** Whether its last calls went well; before the first one too. */
  get state(): 'up' | 'down' {
    return this.#calls.isUp ? 'up' : 'down'
  }

  /** Lets the client connect, which takes longer than any later call; settles when it has, or time is up. */
  async warmUp(seconds: number): Promise<void> {
    const { client } = this.settings
    const name = await this.#nameOf('jwks', '')
    await withDeadline(
      seconds,
      () => new Error('late'),
      async () => client.get(name),
    ).catch(() => {})
  }

  async read(purpose: Purpose, key: string): Promise<Found> {
    const { client, prefix } = this.settings
    const { now, emit } = this.context
    const name = await this.#nameOf(purpose, key)
    const outcome = await this.#calls.call(purpose, () => client.get(name))
    if (outcome === undefined) return { state: 'down' }
    if (outcome.value === undefined || outcome.value === null) return { state: 'absent' }
    const opened = await this.#seal.open([prefix, purpose, key], outcome.value, now())
    if (opened.state !== 'rejected') return opened
    emit({ type: 'store_rejected', purpose, error: opened.why })
    return { state: 'rejected' }
  }

  async write(purpose: Purpose, key: string, value: Json, seconds: number): Promise<boolean> {
    const { client, prefix } = this.settings
    const ttl = Math.ceil(seconds * 1000)
    const sealed = await this.#seal.seal([prefix, purpose, key], value, Math.ceil(this.context.now()) + ttl)
    if (sealed === undefined) return false
    const name = await this.#nameOf(purpose, key)
    const outcome = await this.#calls.call(purpose, async () => {
      if ((await client.set(name, sealed, ttl)) === false) throw new Error('not stored')
      return true
    })
    return outcome !== undefined
  }

  async #nameOf(purpose: Purpose, key: string): Promise<string> {
    return `${this.settings.prefix}:${purpose}:${await digestOf(key)}`
  }
}
