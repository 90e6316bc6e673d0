import { createLRU } from 'lru.min'

/** How much an {@link Lru} may hold. */
export interface LruBounds<Key, Value> {
  readonly maxEntries: number
  /** Weight of all entries together, in the unit of `weightOf`. */
  readonly maxWeight: number
  /** The weight of an entry. It must not change while the entry is held. */
  readonly weightOf: (key: Key, value: Value) => number
}

/** A map of bounded size and weight. The least recently used entries are evicted first. */
export class Lru<Key, Value> {
  /** Made when the first value comes: it allocates for all its entries at once, which takes milliseconds of a start. */
  #entries: ReturnType<typeof createLRU<Key, Value>> | undefined
  readonly #bounds: LruBounds<Key, Value>
  #weight = 0

  constructor(bounds: LruBounds<Key, Value>) {
    this.#bounds = bounds
  }

  get(key: Key): Value | undefined {
    return this.#entries?.get(key)
  }

  /** Keeps a value; one that is too heavy by itself is not kept, and leaves the others where they are. */
  set(key: Key, value: Value): void {
    const { maxEntries, maxWeight, weightOf } = this.#bounds
    const weight = weightOf(key, value)
    if (weight > maxWeight) return void this.delete(key)
    this.#entries ??= createLRU<Key, Value>({
      max: maxEntries,
      // Called for each entry that is evicted, replaced or deleted.
      onEviction: (key, value) => {
        this.#weight -= weightOf(key, value)
      },
    })
    this.#entries.set(key, value)
    this.#weight += weight
    while (this.#weight > maxWeight) this.#entries.evict(1)
  }

  delete(key: Key): void {
    this.#entries?.delete(key)
  }

  /** Deletes every entry whose value matches. */
  deleteWhere(is: (value: Value) => boolean): void {
    // A list first: deleting while iterating would skip entries.
    for (const [key, value] of [...(this.#entries?.entries() ?? [])]) if (is(value)) this.delete(key)
  }
}
