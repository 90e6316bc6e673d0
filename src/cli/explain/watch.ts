import { isObject, type Json, own } from '../../common/claims.js'
import { withDeadline } from '../../common/deadline.js'
import { type Fetch, FetchError, fetchErrorOf, fetchJson, type HttpRequest } from '../../common/http.js'

/** Bytes of a discovery document or a JWKS. */
const mostBytes = 262_144

/** What became of one request. */
export interface Answer {
  readonly url: string
  /** Undefined where there was no answer. */
  readonly status: number | undefined
  readonly headers: Headers
  /** Node's code of why there was no answer, as ECONNREFUSED; or the name of the error. */
  readonly code: string
}

/** Watches what is fetched, and from the answers reads how the issuer's clock differs from this machine's. */
export class Watch {
  readonly answers: Answer[] = []
  /** Seconds that this machine is ahead of the issuer (negative: behind), by the last `Date` header. */
  ahead: number | undefined

  constructor(
    private readonly given: Fetch | undefined,
    private readonly now: () => number,
    /** Seconds for one document, body included. */
    readonly patience = 3,
  ) {}

  readonly fetch: Fetch = async (url, init) => {
    try {
      const response = await (this.given ?? fetch)(url, init)
      const date = Date.parse(response.headers.get('date') ?? '')
      if (!Number.isNaN(date)) this.ahead = (this.now() - date) / 1000
      this.answers.push({ url, status: response.status, headers: new Headers(Object(response.headers)), code: '' })
      return response
    } catch (error) {
      this.answers.push({ url, status: undefined, headers: new Headers(), code: codeOf(error) })
      throw error
    }
  }

  /**
   * What an address that the options name answers, within the bounds of time and bytes.
   *
   * @throws {FetchError}
   */
  ask(url: string, request?: HttpRequest): Promise<Json> {
    const late = () => new FetchError(`${url} did not answer within ${this.patience} s`, 'timeout')
    return withDeadline(this.patience, late, (signal) => fetchJson(url, this.fetch, signal, mostBytes, request))
  }

  /** A document at such an address, or why there is none. */
  async look(url: string, request?: HttpRequest): Promise<Look> {
    try {
      return { document: await this.ask(url, request) }
    } catch (error) {
      return { document: null, error: fetchErrorOf(error) }
    }
  }

  /** What a discovery document says of its issuer, and where it says that the keys are (OpenID Discovery 1.0, 3). */
  async discovery(issuer: string): Promise<Discovery> {
    const { document, error } = await this.look(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    return { issuer: textOf(document, 'issuer'), jwksUri: textOf(document, 'jwks_uri'), error }
  }
}

export interface Discovery {
  readonly issuer: string | undefined
  readonly jwksUri: string | undefined
  /** Why there is no document. */
  readonly error: FetchError | undefined
}

/** A document, or null and why there is none. */
export interface Look {
  readonly document: Json
  readonly error?: FetchError
}

function textOf(document: Json, name: string): string | undefined {
  const value = isObject(document) ? own(document, name) : undefined
  return typeof value === 'string' ? value : undefined
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error'
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name
}
