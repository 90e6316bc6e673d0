import { authorizationOf, type HostRequest } from '../shared/node-request.js'

/** The part of Node's `IncomingMessage` that is read. */
export interface ForwardAuthRequest extends HostRequest {
  readonly url?: string | undefined
  readonly headers: { readonly authorization?: unknown; readonly cookie?: string | undefined }
}

/** What your functions are called with: a requirement's, and `getToken`. */
export interface ForwardedRequest {
  /** The client's method, from the header that `methodHeader` names; undefined where that is not set. */
  readonly method: string | undefined
  /** The client's URI with its query, from the header that `uriHeader` names; undefined where that is not set. */
  readonly uri: string | undefined
  /** The headers of the subrequest: of the client, as far as the proxy passes them on. */
  readonly headers: ForwardAuthRequest['headers']
}

/** The same, made of a request. Its headers are asked for when a function reads them. */
export class Forwarded implements ForwardedRequest {
  readonly #request: ForwardAuthRequest

  constructor(
    request: ForwardAuthRequest,
    readonly method: string | undefined,
    readonly uri: string | undefined,
  ) {
    this.#request = request
  }

  get headers(): ForwardAuthRequest['headers'] {
    return this.#request.headers
  }
}

/** The address that a proxy asked: the path as it came. It is neither decoded nor normalized. */
export function addressOf({ url = '' }: ForwardAuthRequest): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

/**
 * The Authorization header as it came: undefined, a string, or a list where there is more than one. It is looked up among
 * the lines, since Node builds the object of all headers when that is asked for first.
 */
export function authorizationIn(request: ForwardAuthRequest): unknown {
  const { rawHeaders = [] } = request
  if (rawHeaders.length === 0) return authorizationOf(request)
  let found: string | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length !== 13 || name.toLowerCase() !== 'authorization') continue
    if (found !== undefined) return [found]
    found = rawHeaders[at + 1]
  }
  return found
}

/** The value of a header that is there once; undefined where it is missing or there is more than one. */
export function onlyHeader({ headers, rawHeaders = [] }: ForwardAuthRequest, name: string): string | undefined {
  let lines = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === name) lines++
  const value: unknown = Reflect.get(headers, name)
  return lines > 1 || typeof value !== 'string' ? undefined : value
}
