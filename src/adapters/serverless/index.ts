import type { GuardError } from '../../common/errors.js'
import type { Identity } from '../../common/identity.js'
import type { Guard } from '../../guard/guard.js'
import type { Caller } from '../../guard/pipeline.js'
import { authorizationOf, type Delivered, eventOf, type HttpEvent } from '../shared/event.js'
import { refusalOf } from '../shared/refusal.js'
import { type AdapterOptions, type CallerOf, guardedBy } from '../shared/request-authenticator.js'

/** A refusal as API Gateway, function URLs, Tencent SCF and Aliyun FC take it. */
export interface HttpAnswer {
  readonly statusCode: number
  readonly headers: Record<string, string>
  /** Where the event had such headers: a load balancer then reads no others. */
  readonly multiValueHeaders?: Record<string, string[]>
  /** JSON: `{ error, error_description }`. */
  readonly body: string
  readonly isBase64Encoded: false
}

/**
 * Wraps a handler of HTTP events: `(event, identity, ...rest) => answer`, for AWS (REST and HTTP APIs, function URLs,
 * load balancers), Tencent SCF and Aliyun FC. Nobody without a valid token gets to it, and `guard.require(...)` asks for
 * more; a refusal is answered in JSON, with its challenge. Where the event comes as JSON text or bytes, the handler gets
 * the object in it; its body is left as it is. What the handler throws is its own, but for a `GuardError`, which is
 * answered likewise.
 *
 * @throws {TypeError} where it is handed no Guard, or an option that is unknown or wrong.
 */
export function withIdentity<
  G extends Guard<Caller>,
  Rest extends readonly unknown[],
  Answer,
  Event extends HttpEvent = HttpEvent & Readonly<Record<string, unknown>>,
>(
  guard: G,
  handler: (event: Event, identity: CallerOf<G> | Identity, ...rest: Rest) => Answer | Promise<Answer>,
  adapter?: AdapterOptions<Event>,
): (event: Delivered<Event>, ...rest: Rest) => Promise<Answer | HttpAnswer> {
  const authenticator = guardedBy(guard, adapter)
  return async (delivered, ...rest) => {
    const event = eventOf(delivered)
    try {
      const caller = await authenticator.authenticate(authorizationOf(event), event)
      // What the handler throws goes on as it is, but for a refusal: guard.authorize() may stand in a handler too.
      return await handler(event, caller, ...rest)
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

export type { Requirement } from '../../authorization/requirement.js'
export { errorResponse, GuardError } from '../../common/errors.js'
export type { Identity } from '../../common/identity.js'
export { createGuard, type Guard } from '../../guard/guard.js'
export type { GuardOptions } from '../../guard/options.js'
export type { Delivered, HttpEvent } from '../shared/event.js'
export type { AdapterOptions, CallerOf } from '../shared/request-authenticator.js'
export {
  type AuthorizerContext,
  type AuthorizerDecision,
  type AuthorizerEvent,
  type AuthorizerOptions,
  type AuthorizerPolicy,
  createAuthorizer,
} from './authorizer.js'
