import { isObject, type JsonObject } from '../common/claims.js'
import { withDeadline } from '../common/deadline.js'
import { type Fetch, FetchError, fetchJson, type HttpRequest } from '../common/http.js'

/** How an application proves itself when it asks about a token: a setting of Authing's console. */
export const clientAuths = ['client_secret_post', 'client_secret_basic', 'none'] as const
/** How an application authenticates when it introspects a token. */
export type ClientAuth = (typeof clientAuths)[number]

/** Who asks. */
export interface Client {
  readonly appId: string
  readonly auth: ClientAuth
  /** Empty where `auth` is `none`. */
  readonly secret: string
}

export interface CallSettings {
  readonly fetch: Fetch
  /** Seconds for all of it: connecting, headers and body. */
  readonly timeout: number
  /** Whether a user who is suspended, archived, resigned or deleted makes the token inactive: Authing's `strict`. */
  readonly isStrict: boolean
}

/**
 * One question about one token: the reply, or why there is none, in a message that holds nothing but configuration. Never
 * rejects.
 */
export type IntrospectionCall = (token: string) => Promise<JsonObject | FetchError>

/** Bytes of a reply. Authing's are about 300. */
const mostBytes = 16_384

/** RFC 7662, 2.1: the token goes into the body of a POST, and nowhere else. */
export function introspectionCall(endpoint: string, client: Client, settings: CallSettings): IntrospectionCall {
  const { fetch, timeout, isStrict } = settings
  const tooLate = () => new FetchError(`${endpoint} did not answer within ${timeout} s`, 'timeout')
  return async (token) => {
    try {
      return await withDeadline(timeout, tooLate, async (signal) => {
        const reply = await fetchJson(endpoint, fetch, signal, mostBytes, requestOf(token, client, isStrict))
        if (isObject(reply)) return reply
        throw new FetchError(`${endpoint} did not answer a JSON object`, 'unusable')
      })
    } catch (error) {
      return tellable(error, endpoint)
    }
  }
}

function requestOf(token: string, { appId, auth, secret }: Client, isStrict: boolean): HttpRequest {
  const form = new URLSearchParams({ token, token_type_hint: 'access_token' })
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
  if (isStrict) form.set('strict', 'true')
  if (auth === 'client_secret_basic') {
    // RFC 6749, 2.3.1: both are form-urlencoded before the colon joins them, which may be in either.
    const authorization = `Basic ${btoa(`${formEncoded(appId)}:${formEncoded(secret)}`)}`
    return { method: 'POST', headers: { ...headers, authorization }, body: form.toString() }
  }
  form.set('client_id', appId)
  if (auth === 'client_secret_post') form.set('client_secret', secret)
  return { method: 'POST', headers, body: form.toString() }
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

const whereToLook =
  'compare them with the App Secret and the authentication method for introspection (Authing console > Applications > your application)'

/** What a `fetch` of the user's throws may hold the request, and so the token and the secret: it goes no further. */
function tellable(error: unknown, endpoint: string): FetchError {
  if (!(error instanceof FetchError)) return new FetchError(`${endpoint} could not be asked`, 'unusable')
  const { message, status, kind } = error
  if (status === 401 || status === 403) {
    const why = 'the clientSecret or clientAuth of introspection is wrong'
    return new FetchError(`${message}: ${why}; ${whereToLook}`, kind, { status })
  }
  if (status === 400) {
    const why = 'it reads no such tokens, or the clientSecret or clientAuth of introspection is wrong'
    return new FetchError(`${message}: ${why}; ${whereToLook}`, kind, { status })
  }
  return new FetchError(message, kind, { status })
}
