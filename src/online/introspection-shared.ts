import { isObject, type JsonObject, own } from '../core/claims.js'
import type { SharedStore } from './shared.js'

/** An active token's reply, as a process was told it. */
export interface Told {
  readonly reply: JsonObject
  /** When that process asked, in milliseconds since the epoch. */
  readonly since: number
}

/** What processes tell each other of active tokens; of others nothing, and of none the token itself. */
export class SharedAnswers {
  /** `place`: whose answers these are. Those of two places never pass for each other. */
  constructor(
    private readonly store: SharedStore,
    private readonly place: string,
  ) {}

  /** What another process was told; undefined where none was, or the store is of no help. */
  async read(digest: string): Promise<Told | undefined> {
    const found = await this.store.read('introspection', this.#keyOf(digest))
    if (found.state !== 'found' || !isObject(found.value)) return undefined
    const reply = own(found.value, 'reply')
    const since = own(found.value, 'since')
    return isObject(reply) && typeof since === 'number' ? { reply, since } : undefined
  }

  /** Nobody waits for it, and nothing depends on it. */
  write(digest: string, { reply, since }: Told, seconds: number): void {
    void this.store.write('introspection', this.#keyOf(digest), { reply, since }, seconds)
  }

  #keyOf(digest: string): string {
    return `${this.place} ${digest}`
  }
}
