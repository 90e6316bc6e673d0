import { backOff, secondsUntil } from '../common/back-off.js'
import type { ClockAndRandom } from '../common/clock.js'
import { type FetchError, fetchErrorOf } from '../common/http.js'
import { type Refusal, refuse } from '../common/refusal.js'

/** Fetches that failed, in a row. */
export interface Failure {
  /** Of the last one. */
  readonly error: FetchError
  readonly count: number
  /** When that was, in milliseconds since the epoch. */
  readonly at: number
  /** When the next one may begin, in milliseconds since the epoch. */
  readonly retryAt: number
}

/** One more failure in a row; the next fetch waits for the back-off. */
export function failureAfter(before: Failure | undefined, cause: unknown, { now, random }: ClockAndRandom): Failure {
  const error = fetchErrorOf(cause)
  const count = (before?.count ?? 0) + 1
  const at = now()
  return { error, count, at, retryAt: at + backOff(count, random()) }
}

/** Whether the pause is over. A clock that was set back ends it, or it would last for as long as that. */
export function isOver({ at, retryAt }: Failure, now: number): boolean {
  return now >= retryAt || now < at
}

/** The refusal when there are no keys to verify with. */
export function unavailable(failure: Failure | undefined, now: number): Refusal {
  const retryAfter = secondsUntil(failure?.retryAt ?? 0, now)
  if (failure === undefined) return refuse('keys_too_old', {}, { retryAfter })
  return refuse('keys_not_fetched', { failure: failure.error.failure }, { retryAfter, cause: failure.error })
}
