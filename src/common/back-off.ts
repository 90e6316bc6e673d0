/** Seconds of the shortest and the longest pause, and the bounds of `Retry-After`. */
const min = 1
const max = 30

/**
 * Exponential back-off with full jitter: the pause after this many failures in a row, in milliseconds. At least 1 s; at
 * most 2, 4, 8, 16, then 30 s, and `spread` seconds where that is more. `chance` is from 0 to 1: instances that failed
 * together do not retry together.
 */
export function backOff(failures: number, chance: number, spread = min): number {
  return 1000 * (min + chance * (Math.min(max, Math.max(spread, 2 ** failures)) - min))
}

/** Seconds from `now` until `time` (both in milliseconds since the epoch), rounded up, for `Retry-After`: 1 to 30. */
export function secondsUntil(time: number, now: number): number {
  return Math.min(max, Math.max(min, Math.ceil((time - now) / 1000)))
}
