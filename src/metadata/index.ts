import { configError } from '../common/config-error.js'
import type { AnyGuard } from '../guard/contract.js'
import { settingsOfGuard } from '../guard/guard.js'
import { resourceMetadataOptions } from './options.js'
import { type MetadataResponse, type ResourceMetadataDocument, responder } from './response.js'

export type { MetadataResponse, ResourceMetadataDocument } from './response.js'

/** The part of a web `Request` that is read. */
export interface WebMetadataRequest {
  readonly method: string
  readonly url: string
  readonly headers: {
    /** The value of a header, or null. */
    get(name: string): string | null
  }
}

/** The part of a Koa context that is used: Koa 2 and 3. */
export interface KoaMetadataContext {
  readonly method: string
  readonly url: string
  readonly originalUrl: string
  readonly headers: object
  status: number
  body: unknown
  /** Koa's `set`. */
  set(headers: { [name: string]: string }): void
}

/** The part of Node's `IncomingMessage` that is read, and of Express's request. */
export interface NodeMetadataRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** Express's own: the path with what routers have taken off `url`. */
  readonly originalUrl?: string | undefined
  readonly headers: object
}

/** The part of Node's `ServerResponse` that an answer is written with. */
export interface NodeMetadataResponse {
  statusCode: number
  /** Node's own. */
  setHeader(name: string, value: string): unknown
  /** Node's own. */
  end(body: string): unknown
}

/**
 * Serves the metadata document, and leaves every other path to the host: a middleware for Express and anything on Node,
 * and for Koa, and a function of a web `Request`, which returns undefined for other paths.
 */
export interface ResourceMetadata {
  (request: NodeMetadataRequest, response: NodeMetadataResponse, next: () => void): void
  (context: KoaMetadataContext, next: () => Promise<unknown>): Promise<unknown>
  (request: WebMetadataRequest): Response | undefined
  /** The path of the document: `/.well-known/oauth-protected-resource`, and that of the resource behind it. */
  readonly path: string
  /** The document. */
  readonly document: ResourceMetadataDocument
  /**
   * The answer to a request, for any other host; undefined where `path` is not that of the document. `path` as the client
   * sent it, with or without a query. Hosts leave out the body of an answer to HEAD.
   */
  responseTo(method: string | undefined, path: string | undefined): MetadataResponse | undefined
}

/**
 * Serves the protected resource metadata of a guard (RFC 9728), by which clients of the API find its issuers. Clients of
 * MCP servers need it. Mount it before the guard: its readers have no token yet.
 *
 * - GET and HEAD of the one path: 200 with the document in JSON, which may be cached for 5 minutes.
 * - OPTIONS: 204, for the preflight of a browser. Pages of every origin may read the document.
 * - Every other method: 405.
 *
 * @throws {TypeError} where the first argument is not a guard, or the guard's option `resourceMetadata` is not an object
 * or has a wrong value, or the guard has no application.
 *
 * @example
 * ```ts
 * import { authingGuard } from 'authing-guard/express'
 * import { resourceMetadata } from 'authing-guard/metadata'
 *
 * const guard = authingGuard({ issuer, appId, resourceMetadata: { resource: 'https://api.example.com' } })
 * app.use(resourceMetadata(guard)) // Koa and Nest likewise; with fetch handlers: resourceMetadata(guard)(request)
 * app.use(guard)
 * ```
 */
export function resourceMetadata(guard: AnyGuard): ResourceMetadata {
  const { resourceMetadata: metadata, verify } = settingsOfGuard(guard)
  if (metadata?.given === undefined) {
    throw configError(
      "resourceMetadata serves what the guard's option of that name says: createGuard({ issuer, appId, resourceMetadata: { resource: 'https://api.example.com' } })",
    )
  }
  const issuers = new Set(verify.applications.map(({ issuer }) => issuer))
  if (issuers.size === 0) {
    throw configError('resourceMetadata names the issuers of the guard, and a guard of userPool alone has none')
  }
  const { resource, scopesSupported, resourceName } = metadata.given.values(resourceMetadataOptions)
  const document: ResourceMetadataDocument = Object.freeze({
    resource,
    authorization_servers: Object.freeze([...issuers]),
    bearer_methods_supported: Object.freeze(['header'] as const),
    ...(scopesSupported && { scopes_supported: Object.freeze([...scopesSupported]) }),
    ...(resourceName && { resource_name: resourceName }),
  })
  const path = new URL(metadata.address).pathname
  const responseTo = responder(path, document)
  return Object.assign(middlewareOf(responseTo), { path, document, responseTo })
}

function middlewareOf(responseTo: ResourceMetadata['responseTo']) {
  function metadata(request: NodeMetadataRequest, response: NodeMetadataResponse, next: () => void): void
  function metadata(context: KoaMetadataContext, next: () => Promise<unknown>): Promise<unknown>
  function metadata(request: WebMetadataRequest): Response | undefined
  function metadata(
    request: NodeMetadataRequest | KoaMetadataContext | WebMetadataRequest,
    response?: NodeMetadataResponse | (() => Promise<unknown>),
    next?: () => void,
  ): unknown {
    // First of all: Next.js calls with a second argument, the parameters of the route.
    if (isWeb(request)) return webResponse(request.method, responseTo(request.method, new URL(request.url).pathname))
    const answer = responseTo(request.method, request.originalUrl ?? request.url)
    if (typeof response === 'function') return 'set' in request && answer ? writeKoa(answer, request) : response()
    return response && answer ? write(answer, response) : next?.()
  }
  return metadata
}

function isWeb(request: { readonly headers: object }): request is WebMetadataRequest {
  return typeof Reflect.get(request.headers, 'get') === 'function'
}

function webResponse(method: string, answer: MetadataResponse | undefined): Response | undefined {
  if (answer === undefined) return undefined
  const { status, headers, body } = answer
  return new Response(method === 'HEAD' || body === '' ? null : body, { status, headers })
}

async function writeKoa({ status, headers, body }: MetadataResponse, context: KoaMetadataContext): Promise<void> {
  context.body = body
  // After the body, for which Koa sets both by itself.
  context.status = status
  context.set(headers)
}

function write({ status, headers, body }: MetadataResponse, response: NodeMetadataResponse): void {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.end(body)
}
