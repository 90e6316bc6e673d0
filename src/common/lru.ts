import { createLRU } from 'lru.min'

/** Bounds of what is kept. */
export interface LruBounds<Key, Value> {
  readonly maxEntries: number
  /** What all entries may weigh together, in the unit of `weightOf`. */
  readonly maxWeight: number
  /** What an entry weighs, the same whenever it is asked. */
  readonly weightOf: (key: Key, value: Value) => number
}

/** A map of bounded size and weight: what was used longest ago goes first, and nobody outside hears of it. */
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
      // Of each entry that goes: evicted, replaced or deleted.
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

  /** Deletes every value of which this is true. */
  deleteWhere(is: (value: Value) => boolean): void {
    // A list first: deleting shortens the walk.
    for (const [key, value] of [...(this.#entries?.entries() ?? [])]) if (is(value)) this.delete(key)
  }
}
