import type { ClockAndRandom } from './clock.js'

export interface BreakerSettings {
  /**
   * Milliseconds of a pause, the `count`th in a row. `chance` is from 0 to 1 and stays the same during a pause: instances
   * that failed together should not retry together.
   */
  readonly pause: (count: number, chance: number) => number
  /** Milliseconds after which a call that was let through in a pause, and has not ended, counts as lost. */
  readonly abandonAfter: number
}

/** Failures in a row that open the circuit. One alone may be chance. */
const maxFailures = 3

interface Pause {
  readonly count: number
  readonly chance: number
  readonly startedAt: number
  /** The last call that was let through before it: its failure, and those of earlier ones, say nothing new. */
  readonly lastCall: number
  /** When a call was let through to see whether the pause is over. */
  readonly probedAt: number | undefined
}

/**
 * Circuit breaker: after three failures in a row no call is let through for a pause. Then one call goes first. If it
 * fails there is another pause, if it succeeds all calls are let through again.
 */
export class CircuitBreaker {
  #calls = 0
  #failures = 0
  #pause: Pause | undefined

  constructor(
    private readonly clock: ClockAndRandom,
    private readonly settings: BreakerSettings,
  ) {}

  get isOpen(): boolean {
    return this.#pause !== undefined
  }

  /** When the pause ends, in milliseconds since the epoch; 0 where there is none. */
  get retryAt(): number {
    const pause = this.#pause
    return pause === undefined ? 0 : pause.startedAt + this.settings.pause(pause.count, pause.chance)
  }

  /**
   * Lets a call through and returns its number, for {@link failed}; undefined where it must not be made now. Each call
   * that is let through must be reported as succeeded or failed.
   */
  enter(): number | undefined {
    const pause = this.#pause
    if (pause !== undefined) {
      const now = this.clock.now()
      if (isWithin(now, pause.startedAt, this.retryAt)) return undefined
      const { probedAt } = pause
      if (probedAt !== undefined && isWithin(now, probedAt, probedAt + this.settings.abandonAfter)) return undefined
      this.#pause = { ...pause, probedAt: now }
    }
    return ++this.#calls
  }

  succeeded(): void {
    this.#failures = 0
    this.#pause = undefined
  }

  failed(call: number): void {
    const before = this.#pause
    if (before !== undefined && call <= before.lastCall) return
    this.#failures++
    if (this.#failures < maxFailures) return
    this.#pause = {
      count: (before?.count ?? 0) + 1,
      chance: this.clock.random(),
      startedAt: this.clock.now(),
      lastCall: this.#calls,
      probedAt: undefined,
    }
  }
}

/** Not for a clock that was set back: that would last for as long as that is. */
function isWithin(now: number, start: number, end: number): boolean {
  return now >= start && now < end
}
