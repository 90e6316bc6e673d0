/** The clock and the random source, injected so that tests control both. */
export interface ClockAndRandom {
  /** Milliseconds since the epoch, like `Date.now`. */
  readonly now: () => number
  /** From 0 to 1, like `Math.random`. */
  readonly random: () => number
}

/** The clock where none is given. It looks `Date.now` up at each call, so fake timers that are set later take effect. */
export const systemClock = (): number => Date.now()
