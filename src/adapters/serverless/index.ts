import type { AnyGuard, GuardError } from '../../guard/index.js'
import { authorizationOfEvent, type Delivered, eventOf, type HttpEvent } from '../shared/http-event.js'
import type { AdapterOptions, CallerOf } from '../shared/request-authenticator.js'
import { authenticatorOfGuard, refusalOf } from '../shared/request-authenticator.js'

/** A refusal in the form that API Gateway, function URLs, Tencent SCF and Aliyun FC expect. */
export interface HttpAnswer {
  readonly statusCode: number
  readonly headers: Record<string, string>
  /** Set where the event has such headers: a load balancer then ignores `headers`. */
  readonly multiValueHeaders?: Record<string, string[]>
  /** JSON: `{ error, error_description }`. */
  readonly body: string
  readonly isBase64Encoded: false
}

/**
 * Wraps a handler of HTTP events, `(event, identity, ...rest) => answer`, so that it is called with valid tokens only, for
 * AWS (REST and HTTP APIs, function URLs, load balancers), Tencent SCF and Aliyun FC; `guard.require(...)` adds a
 * requirement. A refusal is answered in JSON, with its challenge. An event that comes as JSON text or bytes is parsed for
 * the handler; the body within it is left as it is. What the handler throws is thrown on, except a `GuardError`, which is
 * answered as a refusal.
 *
 * @throws {TypeError} where the first argument is not a Guard, or an option is unknown or wrong.
 *
 * @example
 * ```ts
 * import { createGuard, withIdentity } from 'authing-guard/serverless'
 *
 * const guard = createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })
 * export const handler = withIdentity(guard, (event, identity) => ({ statusCode: 200, body: JSON.stringify(identity) }))
 * ```
 */
export function withIdentity<
  G extends AnyGuard,
  Rest extends readonly unknown[],
  Answer,
  Event extends HttpEvent = HttpEvent & Readonly<Record<string, unknown>>,
>(
  guard: G,
  handler: (event: Event, identity: CallerOf<G>, ...rest: Rest) => Answer | Promise<Answer>,
  adapter?: AdapterOptions<Event>,
): (event: Delivered<Event>, ...rest: Rest) => Promise<Answer | HttpAnswer> {
  const authenticator = authenticatorOfGuard(guard, adapter)
  return async (delivered, ...rest) => {
    const event = eventOf(delivered)
    try {
      const caller = await authenticator.authenticate(authorizationOfEvent(event), event)
      // Within the try: the handler may call guard.authorize(), and its refusal is answered too.
      return await handler(event, caller as CallerOf<G>, ...rest)
    } catch (error) {
      return answerTo(event, refusalOf(error))
    }
  }
}

function answerTo(event: HttpEvent | null | undefined, error: GuardError): HttpAnswer {
  const headers = { ...error.headers, 'Content-Type': 'application/json; charset=utf-8' }
  const answer = { statusCode: error.status, headers, body: JSON.stringify(error), isBase64Encoded: false } as const
  if (!event?.multiValueHeaders) return answer
  const lists = Object.entries(headers).map(([name, value]): [string, string[]] => [name, [value]])
  return { ...answer, multiValueHeaders: Object.fromEntries(lists) }
}

export type { Guard, GuardOptions, Identity, Requirement } from '../../guard/index.js'
export { createGuard, errorResponse, GuardError, isGuardError } from '../../guard/index.js'
export type { Delivered, HttpEvent } from '../shared/http-event.js'
export type { AdapterOptions, CallerOf } from '../shared/request-authenticator.js'
export type { AppSyncDecision, AuthorizerContext, AuthorizerDecision, AuthorizerEvent } from './authorizer.js'
export { type AuthorizerOptions, type AuthorizerPolicy, createAuthorizer } from './authorizer.js'
