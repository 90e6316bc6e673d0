import type { MaybePromise } from '../common/maybe-promise.js'
import type { ManagementToken } from './management-token.js'

/** Milliseconds after which a fetch that has not settled is given up: its request may be gone, and its timer. */
const abandonAfter = 3000
/** Milliseconds for which a failure holds: a wrong secret must not be tried with each question. */
const pause = 1000

interface Dated<T> {
  readonly value: T
  readonly since: number
}

/**
 * The one management token there is: fetched when first needed, renewed ahead of its end while the old one serves, one
 * fetch at a time. No timer keeps the process alive.
 */
export class TokenHolder {
  #token: ManagementToken | undefined
  #fetching: Dated<Promise<ManagementToken>> | undefined
  #failure: Dated<unknown> | undefined

  constructor(
    private readonly fetchToken: () => Promise<ManagementToken>,
    private readonly now: () => number,
  ) {}

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
    const since = this.now()
    if (isRecent(this.#fetching, since, abandonAfter)) return this.#fetching.value
    if (isRecent(this.#failure, since, pause)) return Promise.reject(this.#failure.value)
    const value = this.fetchToken()
      .then(
        (token) => {
          this.#token = token
          return token
        },
        (error: unknown) => {
          this.#failure = { value: error, since: this.now() }
          throw error
        },
      )
      .finally(() => {
        if (this.#fetching?.value === value) this.#fetching = undefined
      })
    this.#fetching = { value, since }
    return value
  }
}

function isRecent<T>(dated: Dated<T> | undefined, now: number, milliseconds: number): dated is Dated<T> {
  return dated !== undefined && now >= dated.since && now < dated.since + milliseconds
}
