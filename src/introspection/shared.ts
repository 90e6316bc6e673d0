import { isObject, type JsonObject, jsonText, own, parseObject } from '../common/claims.js'
import type { SharedStore } from '../store/shared-store.js'
import { decryptedFor, encryptFor } from './cipher.js'

/** An active token's reply, as a process was told it. */
export interface Told {
  readonly reply: JsonObject
  /** When that process asked, in milliseconds since the epoch. */
  readonly since: number
}

/**
 * What processes tell each other of active tokens; of others nothing. A reply says who somebody is: in the store it is
 * encrypted, for whoever has the token.
 */
export class SharedAnswers {
  /** `place`: whose answers these are. Those of two places never pass for each other. */
  constructor(
    private readonly store: SharedStore,
    private readonly place: string,
  ) {}

  /** What another process was told; undefined where none was, or the store is of no help. */
  async read(digest: string, token: string): Promise<Told | undefined> {
    const found = await this.store.read('introspection', this.#keyOf(digest))
    if (found.state !== 'found' || typeof found.value !== 'string') return undefined
    const told = parseObject((await decryptedFor(token, found.value)) ?? '')
    const reply = told && own(told, 'reply')
    const since = told && own(told, 'since')
    return isObject(reply) && typeof since === 'number' ? { reply, since } : undefined
  }

  /** Nothing depends on it. Of a reply that is no JSON text any more, for it is nested too deep, nobody is told. */
  async write(digest: string, token: string, { reply, since }: Told, seconds: number): Promise<void> {
    const text = jsonText({ reply, since })
    if (text === undefined) return
    await this.store.write('introspection', this.#keyOf(digest), await encryptFor(token, text), seconds)
  }

  #keyOf(digest: string): string {
    return `${this.place} ${digest}`
  }
}
