import type { Challenger } from './errors.js'

/**
 * The `WWW-Authenticate` challenge (RFC 6750, section 3; RFC 9728, section 5.1). Everything in it comes from the
 * configuration: a header with a character of the request's in it is a way to make Node's `setHeader` throw.
 */
export function challenger(realm: string, resourceMetadata?: string): Challenger {
  const base = `Bearer realm="${realm}"`
  const metadata = resourceMetadata === undefined ? '' : `, resource_metadata="${resourceMetadata}"`
  return (error) => {
    if (error === undefined) return base + metadata
    const scope = error.scope === undefined ? '' : `, scope="${error.scope}"`
    return `${base}, error="${error.code}", error_description="${error.sentence}"${scope}${metadata}`
  }
}
