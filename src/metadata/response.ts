/** A protected resource metadata document, as it is sent (RFC 9728, section 2). */
export interface ResourceMetadataDocument {
  readonly resource: string
  /** The issuers of the guard, in the order of its options. */
  readonly authorization_servers: readonly string[]
  readonly bearer_methods_supported: readonly 'header'[]
  readonly scopes_supported?: readonly string[]
  readonly resource_name?: string
}

/** An HTTP answer. */
export interface MetadataResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON; empty where there is none. */
  readonly body: string
}

// The document is for everybody, and a browser's client reads it from its own origin. All headers are fixed.
const open = { 'Access-Control-Allow-Origin': '*' }
const json = { 'Content-Type': 'application/json' }

// Clients of MCP servers send a header of their own, for which a browser asks first.
const preflight: MetadataResponse = {
  status: 204,
  headers: { ...open, 'Access-Control-Allow-Methods': 'GET, HEAD', 'Access-Control-Allow-Headers': '*' },
  body: '',
}

const notAllowed: MetadataResponse = {
  status: 405,
  headers: { ...open, ...json, Allow: 'GET, HEAD, OPTIONS', 'Cache-Control': 'no-store' },
  body: JSON.stringify({ error: 'invalid_request', error_description: 'the metadata is read with GET' }),
}

/** Answers the requests for one document; undefined for other paths, which are compared as they are. */
export function responder(path: string, document: ResourceMetadataDocument) {
  const found: MetadataResponse = {
    status: 200,
    headers: { ...open, ...json, 'Cache-Control': 'public, max-age=300' },
    body: JSON.stringify(document),
  }
  return (method: string | undefined, asked: string | undefined): MetadataResponse | undefined => {
    if (asked !== path && !asked?.startsWith(`${path}?`)) return undefined
    if (method === 'GET' || method === 'HEAD') return found
    return method === 'OPTIONS' ? preflight : notAllowed
  }
}
