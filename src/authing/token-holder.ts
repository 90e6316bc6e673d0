import type { MaybePromise } from '../common/maybe-promise.js'
import { SingleFlight } from '../common/single-flight.js'
import type { ManagementToken } from './management-token.js'

/** Seconds after which a fetch that has not settled is given up: its request may be gone, and its timer. */
const abandonAfter = 3
/** Milliseconds for which a failure holds: a wrong secret must not be tried with each question. */
const pause = 1000
/** One token for all questions, and so one fetch at a time. */
const flight = 'token'

interface Failure {
  readonly error: unknown
  readonly at: number
}

/**
 * The one management token there is: fetched when first needed, renewed ahead of its end while the old one serves, one
 * fetch at a time. No timer keeps the process alive.
 */
export class TokenHolder {
  #token: ManagementToken | undefined
  readonly #fetches: SingleFlight<ManagementToken>
  #failure: Failure | undefined

  constructor(
    private readonly fetchToken: () => Promise<ManagementToken>,
    private readonly now: () => number,
  ) {
    this.#fetches = new SingleFlight({ now, abandonAfter })
  }

  /** A token that serves now, in place where it is at hand. Rejects with what the fetch failed of. */
  current(): MaybePromise<ManagementToken> {
    const now = this.now()
    const token = this.#token
    if (token === undefined || now < token.since || now >= token.until) return this.#fetch()
    // Whether that works out is the business of whoever comes after the old one's end.
    if (now >= token.renewAfter) this.#fetch().catch(() => {})
    return token
  }

  /** Another token than this one, which Authing has refused. */
  instead(refused: ManagementToken): MaybePromise<ManagementToken> {
    if (this.#token === refused) this.#token = undefined
    return this.current()
  }

  #fetch(): Promise<ManagementToken> {
    const failure = this.#recentFailure()
    if (failure !== undefined && this.#fetches.current(flight) === undefined) return Promise.reject(failure.error)
    return this.#fetches.run(flight, async () => {
      try {
        this.#token = await this.fetchToken()
        return this.#token
      } catch (error) {
        this.#failure = { error, at: this.now() }
        throw error
      }
    })
  }

  #recentFailure(): Failure | undefined {
    const failure = this.#failure
    const age = this.now() - (failure?.at ?? 0)
    return age >= 0 && age < pause ? failure : undefined
  }
}
