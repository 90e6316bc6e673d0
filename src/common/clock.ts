/** The clock and the random source, injected so that tests control both. */
export interface ClockAndRandom {
  /** Milliseconds since the epoch, like `Date.now`. */
  readonly now: () => number
  /** From 0 to 1, like `Math.random`. */
  readonly random: () => number
}
