import { isObject, type Json, type JsonObject, own } from '../common/claims.js'
import { withDeadline } from '../common/deadline.js'
import { type Fetch, FetchError, type FetchFailureKind, fetchJson } from '../common/http.js'
import { type ManagementToken, managementTokenOf, TokenHolder } from './management-token.js'

/** The address of Authing's management API, and the access key to call it with. */
export interface ManagementSettings {
  /** Where it is, without a slash at the end: `https://api.authing.cn`. */
  readonly host: string
  /** What the names of its headers begin with: `x-authing-`, or `x-genauth-`. */
  readonly headerPrefix: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly fetch: Fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told of each token that came. */
  readonly onToken: (token: ManagementToken) => void
}

/** What Authing's v3 APIs answer, whatever the HTTP status, which is 200 (docs-v3: error-code). */
interface Reply {
  /** 200 and nothing else is success. */
  readonly statusCode: number | undefined
  /** Authing's finer code; in a success too. */
  readonly apiCode?: number | undefined
  readonly data?: JsonObject | undefined
}

/** Seconds for one call, body included; a question's own signal may end it sooner. */
const patience = 2
/** Bytes of an answer. One about 100 resources has about 40,000. */
const mostBytes = 262_144
/** Authing's codes (docs: error-code) for: not signed in, the sign-in has expired, the sign-in is wrong. */
const tokenCodes: readonly (number | undefined)[] = [2020, 2206, 2207]

/** A client of Authing's management API: `POST`, JSON, a management token in front. */
export class Management {
  readonly #tokens: TokenHolder

  constructor(private readonly settings: ManagementSettings) {
    this.#tokens = new TokenHolder(() => this.#signIn(), settings.now)
  }

  /**
   * What Authing answers to a question, its `data`. A management token that Authing does not take is replaced, once.
   *
   * @throws {FetchError} whose message holds the address and Authing's status codes: no token, no secret, no answer.
   */
  async ask(path: string, question: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    const token = await this.#tokens.current()
    const reply = await this.#post(path, question, token, signal)
    const refusesToken = reply.statusCode === 401 || (reply.statusCode !== 200 && tokenCodes.includes(reply.apiCode))
    if (!refusesToken) return this.#dataOf(path, reply)
    const other = await this.#tokens.instead(token)
    return this.#dataOf(path, await this.#post(path, question, other, signal))
  }

  /** `get-management-token`. Under a time limit of its own: several questions wait for it. */
  async #signIn(): Promise<ManagementToken> {
    const { accessKeyId, accessKeySecret, now, onToken } = this.settings
    const since = now()
    const path = '/api/v3/get-management-token'
    const data = this.#dataOf(
      path,
      await this.#post(path, { accessKeyId, accessKeySecret }),
      ': check accessKeyId and accessKeySecret',
    )
    const token = managementTokenOf(data, since)
    if (token === undefined) throw this.#failure(path, 'answered no token')
    onToken(token)
    return token
  }

  async #post(path: string, body: JsonObject, token?: ManagementToken, signal?: AbortSignal): Promise<Reply> {
    const { host, headerPrefix, fetch } = this.settings
    const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/json' }
    if (token !== undefined) headers['authorization'] = `Bearer ${token.text}`
    if (token?.userPoolId !== undefined) headers[`${headerPrefix}userpool-id`] = token.userPoolId
    const request = { method: 'POST', headers, body: JSON.stringify(body) }
    const late = () => this.#failure(path, `did not answer within ${patience} s`, 'timeout')
    try {
      return await withDeadline(patience, late, async (own) => {
        const either = signal === undefined ? own : AbortSignal.any([own, signal])
        return replyOf(await fetchJson(host + path, fetch, either, mostBytes, request))
      })
    } catch (error) {
      if (!(error instanceof FetchError)) throw error
      // A gateway in front of Authing may use HTTP's own status.
      if (error.status === 401) return { statusCode: 401 }
      // Without the cause: a `fetch` of the user's may have put the request, and so the token, on its error.
      throw new FetchError(error.message, error.kind, { status: error.status })
    }
  }

  /** `advice` is for an answer that blames the caller. */
  #dataOf(path: string, { statusCode, apiCode, data }: Reply, advice = ''): JsonObject {
    if (statusCode === 200 && data !== undefined) return data
    let what = statusCode === undefined ? 'answered no statusCode' : `answered statusCode ${statusCode}`
    if (statusCode === 200) what += ' without data'
    else if (apiCode !== undefined) what += `, apiCode ${apiCode}`
    if (statusCode !== undefined && statusCode >= 400 && statusCode < 500 && statusCode !== 429) what += advice
    throw this.#failure(path, what, 'status')
  }

  #failure(path: string, what: string, kind: FetchFailureKind = 'unusable'): FetchError {
    return new FetchError(`${this.settings.host}${path} ${what}`, kind)
  }
}

/** Reads the envelope. Its `message` is left out: nobody knows what of the request it repeats. */
function replyOf(document: Json): Reply {
  const envelope = isObject(document) ? document : {}
  const data = own(envelope, 'data')
  return {
    statusCode: numberOf(own(envelope, 'statusCode')),
    apiCode: numberOf(own(envelope, 'apiCode')),
    data: isObject(data) ? data : undefined,
  }
}

// v2 writes some of its codes as strings; a number it is all the same.
function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
