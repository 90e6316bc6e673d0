/** Fetches that unknown `kid`s may cause at once, cold or warm. */
const burst = 3
/** Seconds until one more is allowed. */
const refill = 20

/**
 * What tokens with a `kid` that nobody knows may ask of the issuer: at most six fetches in the first minute and three a
 * minute after. Enough to see a key that was published a moment ago; too few to turn a flood on to the issuer.
 */
export class Budget {
  #left = burst
  #since = Number.NEGATIVE_INFINITY

  /** Takes one, at the time `now` in milliseconds; false where no more than `reserve` are left. */
  take(now: number, reserve: number): boolean {
    // A clock that was set back gives nothing, and counts on from there.
    const earned = Math.max(0, Math.floor((now - this.#since) / (refill * 1000)))
    this.#left = Math.min(burst, this.#left + earned)
    this.#since = this.#left === burst || now < this.#since ? now : this.#since + earned * refill * 1000
    if (this.#left <= reserve) return false
    this.#left--
    return true
  }

  /** When there is one more, in milliseconds since the epoch. */
  get nextAt(): number {
    return this.#since + refill * 1000
  }
}
