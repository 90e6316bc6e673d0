/** Questions about strangers that may be open at once, or have ended with a no, before the refill counts. */
const burst = 100
/** How many more a second: as much as one busy client, far below what an issuer takes. */
const perSecond = 10

/**
 * What tokens that nobody has seen active may ask of the issuer: 100 questions, and 10 a second after. One that turns
 * out to be active gives its question back, so users who sign in use nothing up, however many they are; made-up tokens
 * do. Too few to turn a flood on to the issuer.
 */
export class UnknownTokenLimiter {
  #left = burst
  #since = 0

  /** Takes one, at the time `now` in milliseconds; false where none is left. */
  take(now: number): boolean {
    // A clock that was set back gives nothing, and counts on from there.
    this.#left = Math.min(burst, this.#left + (Math.max(0, now - this.#since) * perSecond) / 1000)
    this.#since = now
    if (this.#left < 1) return false
    this.#left--
    return true
  }

  giveBack(): void {
    this.#left = Math.min(burst, this.#left + 1)
  }
}
