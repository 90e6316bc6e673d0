import { bytesOfBase64Url } from '../common/base64.js'
import { type JsonObject, own, parseObject } from '../common/claims.js'
import type { MaybePromise } from '../common/maybe-promise.js'
import { SingleFlight } from '../common/single-flight.js'
import { isB64Token } from '../token/bearer.js'

/** A token of the management API. */
export interface ManagementToken {
  readonly text: string
  /** The user pool that it is for; undefined where it does not say. */
  readonly userPoolId: string | undefined
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly renewAfter: number
  readonly until: number
}

/** From this part of its life on a token is renewed, while it still serves. */
const fresh = 0.8
// It goes into a header.
const poolId = /^[\w-]{1,128}$/
/** Seconds after which a fetch that has not settled is given up: its request may be gone, and its timer. */
const abandonAfter = 3
/** Milliseconds for which a failure holds: a wrong secret must not be tried with each question. */
const pause = 1000
/** One token for all questions, and so one fetch at a time. */
const flight = 'token'

/** Reads what `get-management-token` answered: `access_token`, and `expires_in` in seconds. Undefined for no token. */
export function managementTokenOf(data: JsonObject, since: number): ManagementToken | undefined {
  const text = own(data, 'access_token')
  const life = own(data, 'expires_in')
  if (typeof text !== 'string' || !isB64Token(text) || typeof life !== 'number' || life <= 0) return undefined
  const [renewAfter, until] = [since + life * 1000 * fresh, since + life * 1000]
  return { text, userPoolId: scopedPoolOf(text), since, renewAfter, until }
}

/** The claim `scoped_userpool_id`. Not verified: it says where Authing's own token is to be sent back to. */
function scopedPoolOf(token: string): string | undefined {
  const [, claims = ''] = token.split('.')
  const id = own(parseObject(new TextDecoder().decode(bytesOfBase64Url(claims))) ?? {}, 'scoped_userpool_id')
  return typeof id === 'string' && poolId.test(id) ? id : undefined
}

/**
 * The one management token there is: fetched when first needed, renewed ahead of its end while the old one serves, one
 * fetch at a time. No timer keeps the process alive.
 */
export class TokenHolder {
  #token: ManagementToken | undefined
  readonly #fetches: SingleFlight<ManagementToken>
  /** The last failure; before the first one it is long past. */
  #failure: { readonly error: unknown; readonly at: number } = { error: undefined, at: Number.NEGATIVE_INFINITY }

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

  async #fetch(): Promise<ManagementToken> {
    const { error, at } = this.#failure
    const age = this.now() - at
    if (age >= 0 && age < pause && this.#fetches.current(flight) === undefined) throw error
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
}
