/** The size of a token bucket, and how fast it fills. */
export interface BucketSize {
  /** Tokens in a full bucket. A new bucket is full. */
  readonly capacity: number
  readonly refillPerSecond: number
}

/**
 * Rate limit: a bucket of tokens that fills at a steady rate. The clock is `now`, in milliseconds since the epoch. A
 * clock that is set back adds no tokens; the bucket goes on filling from there.
 */
export class TokenBucket {
  readonly #capacity: number
  /** Milliseconds for one token. */
  readonly #interval: number
  /** Milliseconds until the bucket is full, as of `#updatedAt`. Whole numbers, where fractions of tokens would not add up. */
  #untilFull = 0
  #updatedAt = 0

  constructor(
    { capacity, refillPerSecond }: BucketSize,
    private readonly now: () => number,
  ) {
    this.#capacity = capacity
    this.#interval = 1000 / refillPerSecond
  }

  /** Takes one token; false, and nothing is taken, where no more than `reserve` are left. */
  take(reserve = 0): boolean {
    this.#refill()
    if (this.#untilFull > (this.#capacity - reserve - 1) * this.#interval) return false
    this.#untilFull += this.#interval
    return true
  }

  /** Puts back a token that was taken and turned out not to count. */
  giveBack(): void {
    this.#untilFull = Math.max(0, this.#untilFull - this.#interval)
  }

  /** When `take()` can succeed, in milliseconds since the epoch: now, or when the next token is there. */
  get nextAt(): number {
    this.#refill()
    return this.#updatedAt + Math.max(0, this.#untilFull - (this.#capacity - 1) * this.#interval)
  }

  #refill(): void {
    const now = this.now()
    this.#untilFull = Math.max(0, this.#untilFull - Math.max(0, now - this.#updatedAt))
    this.#updatedAt = now
  }
}
