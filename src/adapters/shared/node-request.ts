/** The part of Node's `IncomingMessage` that the guard reads. */
export interface NodeRequest {
  readonly headers: { readonly authorization?: unknown }
  /** Names and values in turn, as they came; some hosts leave it empty. */
  readonly rawHeaders?: readonly string[]
}

/**
 * The Authorization header as it came. Of two lines Node keeps the first in silence, and whoever stands in front may
 * have looked at the second: both are handed on, and refused.
 */
export function authorizationOf({ headers, rawHeaders = [] }: NodeRequest): unknown {
  let lines = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 13 && name.toLowerCase() === 'authorization') lines++
  }
  return lines > 1 ? [headers.authorization] : headers.authorization
}
