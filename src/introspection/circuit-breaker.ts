import { backOff, secondsUntil } from '../common/back-off.js'
import { CircuitBreaker } from '../common/circuit-breaker.js'
import type { ClockAndRandom } from '../common/clock.js'
import { FetchError } from '../common/http.js'
import { type Refusal, refuse } from '../common/refusal.js'

/** The last error before any call has failed. */
const noError = new FetchError('no call has failed', 'unreachable')

/** Circuit breaker for introspection calls: fails fast while the issuer is down, with the error that it failed with. */
export class IntrospectionBreaker {
  readonly #circuit: CircuitBreaker
  #error = noError

  /** `abandonAfter`: seconds after which a question that has not been told to have ended is given up. */
  constructor(
    private readonly clock: ClockAndRandom,
    abandonAfter: number,
  ) {
    this.#circuit = new CircuitBreaker(clock, { pause: backOff, abandonAfter: abandonAfter * 1000 })
  }

  /** Lets a question through, and returns its number: the caller must say how it ended. Else the refusal. */
  enter(): number | Refusal {
    return this.#circuit.enter() ?? this.#unavailable(this.#error)
  }

  succeeded(): void {
    this.#circuit.succeeded()
  }

  /** The refusal of a question that failed. */
  failed(call: number, error: FetchError): Refusal {
    this.#error = error
    this.#circuit.failed(call)
    return this.#unavailable(error)
  }

  /** An outage is never reported as a bad token. */
  #unavailable(cause: FetchError): Refusal {
    const retryAfter = secondsUntil(this.#circuit.retryAt, this.clock.now())
    return refuse('introspection_failed', { failure: cause.failure }, { cause, retryAfter })
  }
}
