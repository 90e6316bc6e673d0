import { invalidOption } from '../common/config-error.js'
import { isGuardError } from '../common/errors.js'
import type { MaybePromise } from '../common/maybe-promise.js'
import { readOptions } from '../common/option-reader.js'
import { anything, type TableOf } from '../common/options.js'
import type { GuardEvent } from '../telemetry/events.js'
import type { Caller, Pipeline } from './pipeline.js'
import type { Settings } from './settings.js'

/** The options of `guard.observe`. */
export interface ObserveOptions {
  /**
   * When it ends: a `Date`, or its text in ISO 8601, `2026-01-31` or `2026-01-31T08:00:00+08:00`. At most 30 days ahead;
   * one that has passed ends it at once. It is set in code, so that it cannot be turned on from outside.
   */
  readonly until: Date | string
}

/** A guard that only observes. Its promises never reject, and resolve with undefined: the verdict is in the events. */
export interface Observer {
  /** Reports the verdict on a request with this Authorization header. `request` is for the requirements' functions. */
  authenticate(header: string | null | undefined, request?: unknown): Promise<void>
  /** Reports the verdict on a bare token. */
  verifyToken(token: string | null | undefined, request?: unknown): Promise<void>
}

/** Reports the verdict on one request in an event. */
export type RequestWatcher = (verdict: () => MaybePromise<Caller>) => Promise<void>

const day = 86_400_000
const mostDays = 30
const iso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/

const observeOptions = { until: anything } satisfies TableOf<ObserveOptions>

/** @throws {TypeError} */
export function watchOf({ verify: { now }, events }: Settings, options: unknown): RequestWatcher {
  const end = endOf(options, now())
  let isOver = false
  return async (verdict) => {
    try {
      if (isOver || !events.hasListeners) return
      const left = end - now()
      // The bound holds whatever the clock was at the start. A day more, since a clock may be set by a few hours.
      isOver = !(left > 0 && left <= (mostDays + 1) * day)
      events.emit(isOver ? { type: 'observation_ended' } : passed(await verdict()))
    } catch (error) {
      events.emit(stopped(error))
    }
  }
}

export function observerOf(pipeline: Pipeline, watch: RequestWatcher): Observer {
  const { authenticate, verifyToken } = pipeline.quietly()
  return {
    authenticate: (header, request) => watch(() => authenticate(header, request)),
    verifyToken: (token, request) => watch(() => verifyToken(token, request)),
  }
}

function endOf(options: unknown, now: number): number {
  const { until } = readOptions(observeOptions, options, 'observe.')
  const isText = typeof until === 'string' && iso.test(until)
  const end = isText || until instanceof Date ? new Date(until).getTime() : Number.NaN
  if (Number.isNaN(end)) {
    throw invalidOption(
      'observe.until',
      'must be a Date, or its text: 2026-01-31, or with a time 2026-01-31T08:00:00+08:00',
    )
  }
  // On Workers the clock is 0 while a module loads. The bound is checked again at each request.
  if (now !== 0 && end - now > mostDays * day)
    throw invalidOption('observe.until', `must be at most ${mostDays} days ahead`)
  return end
}

function passed(caller: Caller): GuardEvent {
  const { kind, tokenType, issuer, appId } = caller ?? {}
  return { type: 'observed', wouldHave: 'passed', kind, tokenType, issuer, appId }
}

function stopped(error: unknown): GuardEvent {
  if (!isGuardError(error)) return { type: 'observed', wouldHave: 'failed' }
  const { reason, status, detail } = error
  return { type: 'observed', wouldHave: 'refused', reason, status, detail }
}
