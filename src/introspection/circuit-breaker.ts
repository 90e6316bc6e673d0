import type { ClockAndRandom } from '../common/clock.js'
import type { FetchError } from '../common/http.js'
import { type Refusal, refuse } from '../common/refusal.js'

/** Failures in a row after which the issuer is left alone for a while. One alone may be chance. */
const patience = 3
/** Seconds of the longest pause. */
const longest = 30

interface Pause {
  readonly error: FetchError
  /** How many pauses there have been in a row. */
  readonly count: number
  readonly until: number
  /** Questions that were put before it tell nothing new. */
  readonly turn: number
  /** When the one question after it was put, that tells whether it is over. */
  readonly probedAt: number | undefined
}

/** Keeps questions from an issuer that does not answer them: an outage is not made worse, and costs nobody a wait. */
export class Outage {
  #turn = 0
  #failures = 0
  #pause: Pause | undefined

  /** `abandonAfter`: seconds after which a question that has not been told to have ended is given up. */
  constructor(
    private readonly clock: ClockAndRandom,
    private readonly abandonAfter: number,
  ) {}

  /**
   * Lets a question through, and tells its turn: whoever puts it must say how it ended. Refuses it while there is a
   * pause; after that one question goes first.
   */
  enter(): number | Refusal {
    const now = this.clock.now()
    const pause = this.#pause
    if (pause !== undefined) {
      const isProbed = pause.probedAt !== undefined && now < pause.probedAt + this.abandonAfter * 1000
      if (now < pause.until || isProbed) return unavailable(pause.error, pause.until - now)
      this.#pause = { ...pause, probedAt: now }
    }
    return ++this.#turn
  }

  succeeded(): void {
    this.#failures = 0
    this.#pause = undefined
  }

  /** Makes the refusal of a question that failed; a pause begins, or goes on, where there were too many. */
  failed(turn: number, error: FetchError): Refusal {
    const before = this.#pause
    const now = this.clock.now()
    if (before !== undefined && turn <= before.turn) return unavailable(error, before.until - now)
    this.#failures++
    if (this.#failures < patience) return unavailable(error, 0)
    const count = (before?.count ?? 0) + 1
    // 1 to 30 s, full jitter: a fleet that failed together does not come back together.
    const wait = 1 + this.clock.random() * (Math.min(longest, 2 ** count) - 1)
    this.#pause = { error, count, until: now + wait * 1000, turn: this.#turn, probedAt: undefined }
    return unavailable(error, wait * 1000)
  }
}

/** An outage is never told as a bad token. */
function unavailable(cause: FetchError, milliseconds: number): Refusal {
  const retryAfter = Math.min(longest, Math.max(1, Math.ceil(milliseconds / 1000)))
  return refuse('introspection_failed', cause.failure, { cause, retryAfter })
}
