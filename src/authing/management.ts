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

/** What is asked: a path, and its parameters. They go into the body of a `POST`, or the query of a `GET`. */
interface Question {
  readonly path: string
  readonly body?: JsonObject
  readonly query?: Readonly<Record<string, string>>
}

/** A client of Authing's management API: JSON, a management token in front. */
export class Management {
  readonly #tokens: TokenHolder

  constructor(private readonly settings: ManagementSettings) {
    this.#tokens = new TokenHolder(() => this.#signIn(), settings.now)
  }

  /**
   * What Authing answers to a `POST`, its `data`. A management token that Authing does not take is replaced, once.
   *
   * @throws {FetchError} whose message holds the address and Authing's status codes: no token, no secret, no answer.
   */
  ask(path: string, body: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    return this.#ask({ path, body }, signal)
  }

  /** The same for a `GET`. The query is in no message. @throws {FetchError} */
  get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<JsonObject> {
    return this.#ask({ path, query }, signal)
  }

  async #ask(question: Question, signal: AbortSignal): Promise<JsonObject> {
    const token = await this.#tokens.current()
    const reply = await this.#send(question, token, signal)
    const refusesToken = reply.statusCode === 401 || (reply.statusCode !== 200 && tokenCodes.includes(reply.apiCode))
    if (!refusesToken) return this.#dataOf(question.path, reply)
    const other = await this.#tokens.instead(token)
    return this.#dataOf(question.path, await this.#send(question, other, signal))
  }

  /** `get-management-token`. Under a time limit of its own: several questions wait for it. */
  async #signIn(): Promise<ManagementToken> {
    const { accessKeyId, accessKeySecret, now, onToken } = this.settings
    const since = now()
    const path = '/api/v3/get-management-token'
    const data = this.#dataOf(
      path,
      await this.#send({ path, body: { accessKeyId, accessKeySecret } }),
      ': check accessKeyId and accessKeySecret',
    )
    const token = managementTokenOf(data, since)
    if (token === undefined) throw this.#failure(path, 'answered no token')
    onToken(token)
    return token
  }

  async #send({ path, body, query }: Question, token?: ManagementToken, signal?: AbortSignal): Promise<Reply> {
    const { host, headerPrefix } = this.settings
    const headers: Record<string, string> = { accept: 'application/json' }
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (token !== undefined) headers['authorization'] = `Bearer ${token.text}`
    if (token?.userPoolId !== undefined) headers[`${headerPrefix}userpool-id`] = token.userPoolId
    const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    // Added behind `fetchJson`, which puts the address into its errors: a query may name a person.
    const fetch: Fetch =
      query === undefined
        ? this.settings.fetch
        : (url, init) => this.settings.fetch(`${url}?${new URLSearchParams(query)}`, init)
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
    throw this.#failure(path, what, 'status', statusCode)
  }

  #failure(path: string, what: string, kind: FetchFailureKind = 'unusable', status?: number): FetchError {
    return new FetchError(`${this.settings.host}${path} ${what}`, kind, { status })
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
