import type { Json } from './claims.js'

/** The part of the platform's `fetch` that the guard calls. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Whose fault a failed fetch is: the network's or an overloaded issuer's, or what the issuer answers. */
export type FetchFault = 'transport' | 'answer'

/** A fetch that brought nothing to use. The message is for the developer; it holds the URL, which is configuration. */
export class FetchError extends Error {
  override readonly name = 'FetchError'
  constructor(
    message: string,
    readonly fault: FetchFault,
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** What goes along with a request. Default: a GET of JSON. */
export type HttpRequest = Pick<RequestInit, 'method' | 'headers' | 'body'>

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
  let response: Response
  try {
    // Not 'error', which workerd lacks; a redirect is an answer that is not 200.
    response = await fetch(url, { ...request, redirect: 'manual', signal })
  } catch (cause) {
    const code = codeOf(cause)
    const why = code === '' ? '' : `: ${code}`
    throw new FetchError(`${url} is not to be reached${why}`, faultOf(code), undefined, { cause })
  }
  if (response.status !== 200) {
    const busy = response.status === 429 || response.status >= 500
    throw new FetchError(`${url} answered ${response.status}`, busy ? 'transport' : 'answer', response.status)
  }
  const text = await readText(response, url, maxBytes)
  try {
    return JSON.parse(text)
  } catch {
    throw new FetchError(`${url} did not answer JSON`, 'answer')
  }
}

async function readText(response: Response, url: string, maxBytes: number): Promise<string> {
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
    throw new FetchError(`${url} broke off`, 'transport', undefined, { cause })
  }
  if (bytes > maxBytes) throw new FetchError(`${url} answered more than ${maxBytes} bytes`, 'answer')
  return text + decoder.decode()
}

async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) yield part.value
}

/** Node's code of why, as ECONNREFUSED. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? code : ''
}

// OpenSSL's and Node's codes of a certificate that does not hold: not the network's fault, and it will not pass.
const certificate = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/

function faultOf(code: string): FetchFault {
  return certificate.test(code) ? 'answer' : 'transport'
}
