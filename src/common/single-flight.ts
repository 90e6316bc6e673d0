import { withDeadline } from './deadline.js'
import type { MaybePromise } from './maybe-promise.js'

/** How long a flight is shared, and whether at all. */
export interface FlightSettings {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /**
   * False where the runtime cancels a request's pending work after its response, and callers would wait for work that
   * died with another request: each caller then does the work itself. Default: true.
   */
  readonly isShared?: boolean
  /**
   * Seconds after which a flight that has not settled counts as lost. On Workers it may have died with the request that
   * started it; a process that was frozen may have lost its timer. Default: work has a deadline of its own.
   */
  readonly abandonAfter?: number
}

interface Flight<T> {
  readonly result: Promise<T>
  readonly startedAt: number
}

const lost = () => new Error('lost')

/** Runs work once for all callers who want the same at the same time. The key says what is the same. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>()
  readonly #isShared: boolean
  readonly #abandonAfter: number

  constructor(private readonly settings: FlightSettings) {
    this.#isShared = settings.isShared ?? true
    this.#abandonAfter = settings.abandonAfter ?? Number.POSITIVE_INFINITY
  }

  /** Joins the flight for this key, or starts one. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    return this.current(key) ?? this.start(key, work)
  }

  /** The flight for this key; undefined where there is none, or it counts as lost. */
  current(key: string): Promise<T> | undefined {
    const flight = this.#flights.get(key)
    if (flight === undefined) return undefined
    const age = this.settings.now() - flight.startedAt
    // A clock that was set back must not keep a lost flight for as long as that is.
    return age >= 0 && age < this.#abandonAfter * 1000 ? flight.result : undefined
  }

  /** Whether a flight for this key has not settled, a lost one included. */
  has(key: string): boolean {
    return this.#flights.has(key)
  }

  /** Starts a flight for this key, in place of one that may be there. */
  start(key: string, work: () => Promise<T>): Promise<T> {
    const startedAt = this.settings.now()
    const result = work().finally(() => this.drop(key, result))
    if (this.#isShared) this.#flights.set(key, { result, startedAt })
    return result
  }

  /**
   * Waits for the flight that is under way for this key, then for what `next` answers if there is none, or it was lost with
   * the request that started it, as happens on Workers: the first caller to notice drops it. `isReplaced` tells the others
   * that a flight took its place, and has settled meanwhile.
   */
  async join(key: string, next: (isReplaced: boolean) => MaybePromise<T>): Promise<T> {
    let isReplaced = false
    for (let flight = this.current(key); flight !== undefined; flight = this.current(key)) {
      if (await this.settles(flight)) return flight
      isReplaced = !this.drop(key, flight) && !this.has(key)
    }
    return next(isReplaced)
  }

  /**
   * Waits for a flight that another caller started; false where it is lost. Work that rejects counts as lost: where the
   * platform notices that a flight died with its request, it rejects for those who wait.
   */
  async settles(flight: Promise<T>): Promise<boolean> {
    try {
      await withDeadline(this.#abandonAfter, lost, () => flight)
      return true
    } catch {
      return false
    }
  }

  /** Takes this flight away, so that the next caller starts another. Returns whether it was there. */
  drop(key: string, flight: Promise<T>): boolean {
    return this.#flights.get(key)?.result === flight && this.#flights.delete(key)
  }

  /** Takes all flights away; they go on for those who wait for them. */
  clear(): void {
    this.#flights.clear()
  }
}
