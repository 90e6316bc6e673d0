import type { AnyGuard } from '../../guard/index.js'
import type { AdapterOptions, CallerOf } from '../shared/request-authenticator.js'
import { authenticatorOfGuard, refusalOf } from '../shared/request-authenticator.js'

/** The part of a web `Request` that the guard reads: of Next.js, SvelteKit, Hono, Bun, Deno, Workers. */
export interface FetchRequest {
  readonly headers: {
    /** The value of a header, or null. */
    get(name: string): string | null
  }
}

/**
 * Wraps a handler of web requests, `(request, identity, ...rest) => Response`, so that it is called with valid tokens only;
 * `guard.require(...)` adds a requirement. A refusal is answered in JSON, with its challenge. Further arguments of the
 * host go on to the handler. What the handler throws is thrown on, except a `GuardError`, which is answered as a refusal:
 * a handler may call `guard.authorize`.
 *
 * @throws {TypeError} where the first argument is not a Guard, or an option is unknown or wrong.
 *
 * @example
 * ```ts
 * import { createGuard, withIdentity } from 'authing-guard/fetch'
 *
 * const guard = createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })
 * export const GET = withIdentity(guard, (request, identity) => Response.json(identity))
 * ```
 */
export function withIdentity<
  G extends AnyGuard,
  Rest extends readonly unknown[],
  WebRequest extends FetchRequest = Request,
>(
  guard: G,
  handler: (request: WebRequest, identity: CallerOf<G>, ...rest: Rest) => Response | Promise<Response>,
  adapter?: AdapterOptions<WebRequest>,
): (request: WebRequest, ...rest: Rest) => Promise<Response> {
  const authenticator = authenticatorOfGuard(guard, adapter)
  return async (request, ...rest) => {
    try {
      const caller = await authenticator.authenticate(request.headers.get('authorization'), request)
      // Within the try: the handler may call guard.authorize(), and its refusal is answered too.
      return await handler(request, caller as CallerOf<G>, ...rest)
    } catch (error) {
      return refusalOf(error).getResponse()
    }
  }
}

export type { Guard, GuardOptions, Identity, Requirement } from '../../guard/index.js'
export { createGuard, errorResponse, GuardError, isGuardError } from '../../guard/index.js'
export type { AdapterOptions, CallerOf } from '../shared/request-authenticator.js'
