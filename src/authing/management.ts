import type { Json, JsonObject } from '../common/claims.js'
import { withDeadline } from '../common/deadline.js'
import { type Fetch, FetchError, type FetchFailureKind, fetchJson } from '../common/http.js'
import { type ManagementToken, managementTokenOf } from './management-token.js'
import { described, type Reply, refusesToken, replyOf } from './reply.js'
import { TokenHolder } from './token-holder.js'

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

/** Seconds for one call, body included; a question's own signal may end it sooner. */
const patience = 2
/** Bytes of an answer. One about 100 resources has about 40,000. */
const mostBytes = 262_144

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
  async ask(path: string, question: Json, signal: AbortSignal): Promise<JsonObject> {
    const token = await this.#tokens.current()
    const reply = await this.#post(path, question, this.#headersBy(token), signal)
    if (!refusesToken(reply)) return this.#dataOf(path, reply)
    const other = await this.#tokens.instead(token)
    return this.#dataOf(path, await this.#post(path, question, this.#headersBy(other), signal))
  }

  /** `get-management-token`. Under a time limit of its own: several questions wait for it. */
  async #signIn(): Promise<ManagementToken> {
    const { accessKeyId, accessKeySecret, now, onToken } = this.settings
    const since = now()
    const path = '/api/v3/get-management-token'
    const data = this.#dataOf(path, await this.#post(path, { accessKeyId, accessKeySecret }, {}))
    const token = managementTokenOf(data, since)
    if (token === undefined) throw this.#failure(path, 'answered no token')
    onToken(token)
    return token
  }

  #headersBy({ text, userPoolId }: ManagementToken): Readonly<Record<string, string>> {
    const authorization = `Bearer ${text}`
    if (userPoolId === undefined) return { authorization }
    return { authorization, [`${this.settings.headerPrefix}userpool-id`]: userPoolId }
  }

  async #post(
    path: string,
    body: Json,
    headers: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Reply> {
    const url = this.settings.host + path
    const request = {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }
    const late = () => this.#failure(path, `did not answer within ${patience} s`, 'timeout')
    try {
      return await withDeadline(patience, late, async (own) => {
        const either = signal === undefined ? own : AbortSignal.any([own, signal])
        return replyOf(await fetchJson(url, this.settings.fetch, either, mostBytes, request))
      })
    } catch (error) {
      // A gateway in front of Authing may use HTTP's own status.
      if (error instanceof FetchError && error.status === 401)
        return { statusCode: 401, apiCode: undefined, data: undefined }
      // Without the cause: a `fetch` of the user's may have put the request, and so the token, on its error.
      throw error instanceof FetchError ? new FetchError(error.message, error.kind, { status: error.status }) : error
    }
  }

  #dataOf(path: string, reply: Reply): JsonObject {
    if (reply.statusCode === 200 && reply.data !== undefined) return reply.data
    throw this.#failure(path, `answered ${described(reply)}`, 'status')
  }

  #failure(path: string, what: string, kind: FetchFailureKind = 'unusable'): FetchError {
    return new FetchError(`${this.settings.host}${path} ${what}`, kind)
  }
}
