import { configError } from '../../common/config-error.js'
import { authorizationOf, type HostRequest } from '../shared/node-request.js'

/** The part of an h3 event that the guard uses: of h3 1 (Nitro 2, Nuxt 3 and 4) and h3 2 (Nitro 3). */
export interface H3Event {
  readonly context: object
  /** In h3 2 a web request; in h3 1 Node's. */
  readonly req?: object
  /** In h3 1 Node's request and response. */
  readonly node?: object | undefined
}

/** A web request of h3 2, with Node's own where h3 runs on Node. */
interface WebRequest {
  readonly headers: { get(name: string): string | null }
  readonly runtime?: { readonly node?: { readonly req?: HostRequest } }
}

/** Node's request and response, which h3 1 has in every runtime. */
interface NodePair {
  readonly req: HostRequest
  readonly res: NodeResponse
}
interface NodeResponse {
  statusCode: number
  readonly headersSent: boolean
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/** The Authorization header of an event. A list, which the guard refuses, where there is more than one. */
export function authorizationIn(event: H3Event): unknown {
  if (nodeResponseOf(event) !== undefined) return authorizationOf((event.node as NodePair).req)
  const { headers, runtime } = event.req as WebRequest
  // Of two lines, the headers of h3 2 have the first one where it runs on Node.
  const inNode = runtime?.node?.req && authorizationOf(runtime.node.req)
  return Array.isArray(inNode) ? inNode : headers.get('authorization')
}

/**
 * Node's response in h3 1; undefined in h3 2, which has web requests.
 *
 * @throws {TypeError} for an event of neither: what would be returned or thrown there might not stop the request.
 */
export function nodeResponseOf(event: H3Event): NodeResponse | undefined {
  const { context, req, node } = Object(event)
  if (typeof context === 'object' && context !== null) {
    if (typeof req?.headers?.get === 'function') return undefined
    if (typeof node?.res?.setHeader === 'function' && typeof node.req?.headers === 'object') return node.res
  }
  throw configError(
    'the guard needs an event of h3 1 or h3 2: call it in a middleware or a handler, not in the request hook of Nitro',
  )
}
