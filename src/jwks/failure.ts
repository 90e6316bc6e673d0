import { backOff, secondsUntil } from '../common/back-off.js'
import type { ClockAndRandom } from '../common/clock.js'
import { type FetchError, fetchErrorOf } from '../common/http.js'
import { type Refusal, refuse } from '../common/refusal.js'
import type { StaleBound } from './events.js'
import type { KeyLifetimes } from './lifetimes.js'

/** Seconds of the longest pause that the issuer may ask for, while keys serve and while there are none. */
const maxAsked = { serving: 300, unavailable: 30 }
/** Seconds: instances that start together, and find no keys, do not all retry within the same two seconds. */
const firstPauseWithoutKeys = 10

/** Fetches that failed, in a row. */
export interface Failure {
  /** Of the last one. */
  readonly error: FetchError
  readonly count: number
  /** When that was, in milliseconds since the epoch. */
  readonly at: number
  /** The pause before the next one, in milliseconds. */
  readonly pause: number
  /** The pause that the issuer asks for, in milliseconds: the next fetch waits for the longer one. */
  readonly asked: number
  /** Since when all answers have been unusable, in milliseconds since the epoch; undefined after a transient failure. */
  readonly unusableSince: number | undefined
}

/** One more failure in a row; the next fetch waits for the back-off, and for as long as the issuer asks for. */
export function failureAfter(
  before: Failure | undefined,
  cause: unknown,
  serves: boolean,
  { now, random }: ClockAndRandom,
): Failure {
  const error = fetchErrorOf(cause)
  const count = (before?.count ?? 0) + 1
  const at = now()
  return {
    error,
    count,
    at,
    pause: backOff(count, random(), serves ? undefined : firstPauseWithoutKeys),
    asked: askedPause(error.retryAfter, at),
    unusableSince: error.isTransient ? undefined : (before?.unusableSince ?? at),
  }
}

/** RFC 9110, 10.2.3: seconds, or a date. Anything else asks for nothing. */
function askedPause(retryAfter: string | undefined, now: number): number {
  if (retryAfter === undefined) return 0
  return /^\d+$/.test(retryAfter) ? 1000 * Number(retryAfter) : Date.parse(retryAfter) - now || 0
}

/** When the next fetch may begin, in milliseconds since the epoch. */
function retryAt({ at, pause, asked }: Failure, serves: boolean): number {
  return at + Math.max(pause, Math.min(asked, 1000 * (serves ? maxAsked.serving : maxAsked.unavailable)))
}

/** Whether the pause is over. A clock that was set back ends it, or it would last for as long as that. */
export function isOver(failure: Failure, serves: boolean, now: number): boolean {
  return now >= retryAt(failure, serves) || now < failure.at
}

/** Which bound applies after this failure. */
export function boundOf({ error }: Failure): StaleBound {
  return error.isTransient ? 'outage' : 'bad_answers'
}

/** For how many seconds after they were read keys serve, unless a fetch succeeds. */
export function servesFor(readAt: number, failure: Failure | undefined, lifetimes: KeyLifetimes): number {
  const { maxAge, staleIfError, staleIfUnusable } = lifetimes
  // No fetch failed: the process was idle or frozen. Serve up to twice the age while a refresh runs, then wait for it.
  if (failure === undefined) return maxAge + Math.min(maxAge, staleIfError)
  if (failure.unusableSince === undefined) return maxAge + staleIfError
  return Math.max(maxAge, Math.min(maxAge + staleIfError, (failure.unusableSince - readAt) / 1000 + staleIfUnusable))
}

/** The refusal when there are no keys to verify with. */
export function unavailable(failure: Failure | undefined, now: number): Refusal {
  const retryAfter = secondsUntil(failure === undefined ? 0 : retryAt(failure, false), now)
  if (failure === undefined) return refuse('keys_too_old', {}, { retryAfter })
  return refuse('keys_not_fetched', { failure: failure.error.failure }, { retryAfter, cause: failure.error })
}
