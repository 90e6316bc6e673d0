import type { Json } from './claims.js'
import { ofPlatform } from './platform.js'

/** What the guard passes to a `fetch`: the platform's has it, and so has undici's own. */
export interface FetchInit {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly redirect?: 'manual'
  readonly cache?: 'no-store'
  readonly signal?: AbortSignal
}

/** The part of a web `Response` that the guard reads. */
export interface FetchResponse {
  readonly status: number
  readonly headers: {
    /** The value of a header, or null. */
    get(name: string): string | null
  }
  readonly body: {
    /** The reader of its bytes. */
    getReader(): {
      /** The next bytes. */
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
    }
  } | null
}

/** The part of the platform's `fetch` that the guard calls. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

/** What a fetch was rejected with, as a {@link FetchError}. */
export function fetchErrorOf(cause: unknown): FetchError {
  return cause instanceof FetchError ? cause : new FetchError('the fetch failed', 'unusable', { cause })
}

/** What went wrong with a fetch. */
export type FetchFailureKind =
  /** No connection, or the connection broke. */
  | 'unreachable'
  /** The server's TLS certificate is not valid. */
  | 'certificate'
  | 'timeout'
  /** An HTTP status that is not 200. */
  | 'status'
  | 'too_large'
  | 'not_json'
  | 'no_jwks'
  | 'too_many_keys'
  | 'no_usable_key'
  /** JSON without what was asked for. */
  | 'unusable'

/** A failed fetch, for the parameters of a check. */
export interface FetchFailure {
  /** The message: an address out of the configuration, and what happened. */
  readonly error: string
  readonly kind: FetchFailureKind
  /** The HTTP status, where there was one. */
  readonly status: number | undefined
}

/** Request Timeout, Too Early, Too Many Requests: no answer to what was asked. */
const transientStatuses: readonly number[] = [408, 425, 429]

interface FetchErrorOptions extends ErrorOptions {
  readonly status?: number | undefined
  readonly retryAfter?: string | undefined
}

/** A fetch that brought nothing to use. The message is for the developer; it holds the URL, which is configuration. */
export class FetchError extends Error {
  override readonly name = 'FetchError'
  readonly status: number | undefined
  /** The `Retry-After` of a 429 or 503, as it was sent. */
  readonly retryAfter: string | undefined

  constructor(
    message: string,
    readonly kind: FetchFailureKind,
    { status, retryAfter, ...options }: FetchErrorOptions = {},
  ) {
    super(message, options)
    this.status = status
    this.retryAfter = retryAfter
  }

  /** Whether the network or an overloaded server is at fault, and not what the server answers. */
  get isTransient(): boolean {
    const { kind, status = 0 } = this
    return kind === 'unreachable' || kind === 'timeout' || transientStatuses.includes(status) || status >= 500
  }

  get failure(): FetchFailure {
    return { error: this.message, kind: this.kind, status: this.status }
  }
}

/** What goes along with a request. Default: a GET of JSON. */
export type HttpRequest = Pick<FetchInit, 'method' | 'headers' | 'body'>

const get: HttpRequest = { headers: { accept: 'application/json' } }

/**
 * Gets a JSON document from this URL and no other, of at most `maxBytes` after any inflation.
 *
 * @throws {FetchError} for whatever else happens.
 */
export async function fetchJson(
  url: string,
  fetch: Fetch,
  signal: AbortSignal,
  maxBytes: number,
  request: HttpRequest = get,
): Promise<Json> {
  let response: FetchResponse
  try {
    // Not 'error', which workerd lacks; a redirect is an answer that is not 200.
    response = await fetch(url, { ...request, ...notCached(), redirect: 'manual', signal })
  } catch (cause) {
    const code = codeOf(cause)
    if (isCertificateCode(code)) throw new FetchError(`could not reach ${url}: ${code} (TLS)`, 'certificate', { cause })
    throw new FetchError(`could not reach ${url}${code === '' ? '' : `: ${code}`}`, 'unreachable', { cause })
  }
  const fault = shapeFault(response)
  if (fault !== undefined) {
    throw new FetchError(`the fetch option did not return a web Response for ${url}: ${fault}`, 'unusable')
  }
  const { status } = response
  if (status !== 200) {
    const retryAfter = status === 429 || status === 503 ? (response.headers.get('retry-after') ?? undefined) : undefined
    throw new FetchError(`${url} answered ${status}`, 'status', { status, retryAfter })
  }
  const text = await readText(response, url, maxBytes)
  try {
    return JSON.parse(text)
  } catch {
    throw new FetchError(`${url} did not answer JSON`, 'not_json')
  }
}

/**
 * Keeps the answer out of a cache of the host, such as Next.js's: a removed key or a revoked token would stay valid. Empty
 * where the platform does not know the member: Workers of an old compatibility date throw.
 */
function notCached(): Pick<FetchInit, 'cache'> {
  const init = { cache: 'no-store' } as const
  return ofPlatform(() => new Request('https://localhost', init)) === undefined ? {} : init
}

/** What is wrong with what a `fetch` of the user's returned: a mock, or the answer of another library. */
function shapeFault(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null)
    return `it returned ${response === null ? 'null' : typeof response}`
  if (!('status' in response && typeof response.status === 'number')) return 'what it returned has no status'
  const body = 'body' in response ? response.body : undefined
  const isStream = typeof body === 'object' && (body === null || 'getReader' in body)
  return isStream ? undefined : 'its body is not a ReadableStream'
}

async function readText(response: FetchResponse, url: string, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    for await (const chunk of chunks(response)) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) break
      text += decoder.decode(chunk, { stream: true })
    }
  } catch (cause) {
    throw new FetchError(`${url} broke off`, 'unreachable', { cause })
  }
  if (bytes > maxBytes) throw new FetchError(`${url} answered more than ${maxBytes} bytes`, 'too_large')
  return text + decoder.decode()
}

async function* chunks(response: FetchResponse): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) yield part.value
}

/** Node's code of why, as ECONNREFUSED. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? code : ''
}

const certificate = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/

/** OpenSSL's and Node's codes of a TLS fault, mostly a certificate that is not valid: not of the network, and lasting. */
export function isCertificateCode(code: string): boolean {
  return certificate.test(code)
}
