import { TokenBucket } from '../common/token-bucket.js'
import type { KeySetDiff } from './key-set.js'

/** What a token names as its key; undefined where it names none. */
type Kid = string | undefined

/** How many `kid`s that the issuer removed, and that it denied, are remembered. */
const maxRemembered = 100
/**
 * Seconds for which a `kid` that a completed fetch has denied is unknown without another fetch. No longer than a fetch
 * takes to be allowed again, so that a client that keeps sending an old token never uses the limit up.
 */
const denialLasts = 15
/**
 * Fetches that tokens with an unknown `kid` may cause: three at once, and four a minute after. Enough to see a key that
 * was published a moment ago; too few for a flood of made-up tokens to reach the issuer.
 */
const fetchLimit = { capacity: 3, refillPerSecond: 1 / denialLasts }
/** How many of them tokens of removed keys leave to others. */
const reservedForNewKeys = 2

/** What is known of `kid`s that the key set lacks, and how many fetches they may cause. */
export class UnknownKids {
  /** Keys that the issuer removed. Tokens of theirs keep coming until they expire, and may cause few fetches. */
  readonly removed = new Set<Kid>()
  /** What tokens named and the issuer was asked about in vain: as of the last fetch, which looked for all of them. */
  readonly #denied = new Set<Kid>()
  readonly #fetches: TokenBucket

  constructor(now: () => number) {
    this.#fetches = new TokenBucket(fetchLimit, now)
  }

  /** When the next fetch is allowed, in milliseconds since the epoch. */
  get retryAt(): number {
    return this.#fetches.nextAt
  }

  /** Takes a fetch from the limit, and answers whether one was left. */
  takeFetch(kid: Kid): boolean {
    return this.#fetches.take(this.removed.has(kid) ? reservedForNewKeys : 0)
  }

  /** A fetch has brought the key that it was for: real rotations are not a flood, however many follow one another. */
  giveFetchBack(): void {
    this.#fetches.giveBack()
  }

  /** A fetch that began after a token with this `kid` came does not have it. */
  deny(kid: Kid): void {
    remember(this.#denied, kid)
  }

  /** Whether the last fetch has denied it. `age` is how long ago that was, in seconds. */
  isDenied(kid: Kid, age: number): boolean {
    return this.#denied.has(kid) && age < denialLasts
  }

  /** The key set was replaced. `age` is how old it was, in seconds. */
  onReplaced({ added, removed }: KeySetDiff, age: number): void {
    // What was denied not long ago is denied again: one fetch answers for all clients that keep sending old tokens.
    if (age > 2 * denialLasts) this.#denied.clear()
    for (const { kid } of removed) if (kid !== undefined) remember(this.removed, kid)
    for (const { kid } of added) this.removed.delete(kid)
  }
}

/** Adds a `kid`, and drops the oldest of too many. */
function remember(kids: Set<Kid>, kid: Kid): void {
  kids.add(kid)
  for (const oldest of kids) if (kids.size > maxRemembered) kids.delete(oldest)
}
