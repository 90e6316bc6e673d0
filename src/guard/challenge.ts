import type { ChallengeWriter, WireError } from '../common/errors.js'
import { noExtra, type Refusal } from '../common/refusal.js'

/**
 * The headers of a refusal: the `WWW-Authenticate` challenge (RFC 6750, section 3; RFC 9728, section 5.1), never to be
 * stored, and `Retry-After`. All values come from the configuration: with a character of the request in a header, a
 * caller could make Node's `setHeader` throw.
 */
export function challenger(realm: string, resourceMetadata: string | undefined): ChallengeWriter {
  const base = `Bearer realm="${realm}"`
  const metadata = resourceMetadata === undefined ? '' : `, resource_metadata="${resourceMetadata}"`
  const write = (wire: WireError, sentence: string, { extra: { retryAfter, scope } }: Refusal) => {
    const headers: Record<string, string> = { 'Cache-Control': 'no-store' }
    if (retryAfter !== undefined) headers['Retry-After'] = String(retryAfter)
    // RFC 6750, 3.1: a request without credentials is told the scheme, and no error.
    if (wire === 'unauthorized') headers['WWW-Authenticate'] = base + metadata
    // Another token does not help a caller whose permission is denied.
    else if (wire !== 'temporarily_unavailable' && wire !== 'forbidden') {
      const needed = scope === undefined ? '' : `, scope="${scope}"`
      headers['WWW-Authenticate'] = `${base}, error="${wire}", error_description="${sentence}"${needed}${metadata}`
    }
    return Object.freeze(headers)
  }
  // The headers of most refusals, built once.
  const written = new Map<WireError, Readonly<Record<string, string>>>()
  return (wire, sentence, refusal) => {
    if (refusal.extra !== noExtra) return write(wire, sentence, refusal)
    const before = written.get(wire)
    if (before !== undefined) return before
    const headers = write(wire, sentence, refusal)
    written.set(wire, headers)
    return headers
  }
}
