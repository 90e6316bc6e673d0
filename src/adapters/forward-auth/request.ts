import type { HostRequest } from '../shared/node-request.js'

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

/** The address that a proxy asked: the path as it came. It is neither decoded nor normalized. */
export function addressOf({ url = '' }: ForwardAuthRequest): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

/** The value of a header that is there once; undefined where it is missing or there is more than one. */
export function onlyHeader({ headers, rawHeaders = [] }: ForwardAuthRequest, name: string): string | undefined {
  let lines = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === name) lines++
  const value: unknown = Reflect.get(headers, name)
  return lines > 1 || typeof value !== 'string' ? undefined : value
}
