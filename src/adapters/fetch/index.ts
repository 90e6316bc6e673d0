import type { Identity } from '../../common/identity.js'
import type { Guard } from '../../guard/guard.js'
import type { Caller } from '../../guard/pipeline.js'
import { refusalOf } from '../shared/refusal.js'
import { type AdapterOptions, type CallerOf, guardedBy } from '../shared/request-authenticator.js'

/** The part of a web `Request` that the guard reads: Next.js, SvelteKit, Hono, Bun, Deno, Workers have one. */
export interface FetchRequest {
  readonly headers: {
    /** The value of a header, or null. */
    get(name: string): string | null
  }
}

/**
 * Wraps a handler of web requests: `(request, identity, ...rest) => Response`. Nobody without a valid token gets to it,
 * and `guard.require(...)` asks for more; a refusal is answered in JSON, with its challenge. The arguments behind the
 * request are the host's and go on to the handler. What the handler throws is its own, but for a `GuardError`, which is
 * answered likewise: `guard.authorize` may be called in a handler.
 *
 * @throws {TypeError} where it is handed no Guard, or an option that is unknown or wrong.
 */
export function withIdentity<
  G extends Guard<Caller>,
  Rest extends readonly unknown[],
  HostRequest extends FetchRequest = Request,
>(
  guard: G,
  handler: (request: HostRequest, identity: CallerOf<G> | Identity, ...rest: Rest) => Response | Promise<Response>,
  adapter?: AdapterOptions<HostRequest>,
): (request: HostRequest, ...rest: Rest) => Promise<Response> {
  const authenticator = guardedBy(guard, adapter)
  return async (request, ...rest) => {
    try {
      const caller = await authenticator.authenticate(request.headers.get('authorization'), request)
      // What the handler throws goes on as it is, but for a refusal: guard.authorize() may stand in a handler too.
      return await handler(request, caller, ...rest)
    } catch (error) {
      return refusalOf(error).getResponse()
    }
  }
}

export type { Requirement } from '../../authorization/requirement.js'
export { errorResponse, GuardError } from '../../common/errors.js'
export type { Identity } from '../../common/identity.js'
export { createGuard, type Guard } from '../../guard/guard.js'
export type { GuardOptions } from '../../guard/options.js'
export type { AdapterOptions, CallerOf } from '../shared/request-authenticator.js'
