import { configError } from '../../common/config-error.js'
import { readOptions } from '../../common/option-reader.js'
import { choice, type TableOf } from '../../common/options.js'
import type { Caller, Guard } from '../../guard/index.js'
import { authorizationOfEvent, type HttpEvent } from '../shared/http-event.js'
import { authenticatorOfGuard, refusalOf } from '../shared/request-authenticator.js'

/** The event of a Lambda authorizer: TOKEN, or REQUEST of a REST API or an HTTP API (formats 1.0 and 2.0). */
export interface AuthorizerEvent extends HttpEvent {
  readonly type: string
  readonly version?: string | undefined
  /** TOKEN only: the value of the header that the authorizer names. */
  readonly authorizationToken?: string | undefined
  /** The method that is called; in format 2.0 `routeArn`. */
  readonly methodArn?: string | undefined
  readonly routeArn?: string | undefined
}

/** The caller, in the flat values that a gateway passes on: the function has them in `event.requestContext`. */
export type AuthorizerContext = { [name: string]: string | number }

/** An answer in IAM's terms. */
export interface AuthorizerPolicy {
  /** The user, or for a machine the access key. */
  principalId: string
  policyDocument: {
    Version: '2012-10-17'
    Statement: { Action: 'execute-api:Invoke'; Effect: 'Allow' | 'Deny'; Resource: string }[]
  }
  context: AuthorizerContext
}

/** An answer of format 2.0, where the API's authorizer has simple responses enabled. */
export interface AuthorizerDecision {
  isAuthorized: boolean
  context: AuthorizerContext
}

interface Answers {
  readonly policy: AuthorizerPolicy
  readonly simple: AuthorizerDecision
}

/** How an authorizer answers. */
export interface AuthorizerOptions<Form extends keyof Answers = keyof Answers> {
  /** The answer that the gateway expects. Default: `'simple'` in format 2.0, otherwise `'policy'`. */
  readonly response?: Form
}

const authorizerOptions = {
  response: choice(['policy', 'simple'], { default: undefined }),
} satisfies TableOf<AuthorizerOptions>

/**
 * Makes the handler of a Lambda authorizer. A caller that the guard admits may call the one method that the gateway asks
 * about, so let the gateway cache answers per route, or not at all. A path with a `*` in it is denied in a policy. 403 is
 * a denial. 400 and 401 throw `Unauthorized`, which the gateway answers as 401. An outage throws its `GuardError`, which
 * the gateway answers as 500 and does not cache.
 *
 * @throws {TypeError} where the first argument is not a Guard, or an option is unknown or wrong.
 *
 * @example
 * ```ts
 * import { createAuthorizer, createGuard } from 'authing-guard/serverless'
 *
 * const guard = createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })
 * export const handler = createAuthorizer(guard)
 * ```
 */
export function createAuthorizer<Form extends keyof Answers = keyof Answers>(
  guard: Guard,
  options?: AuthorizerOptions<Form>,
): (event: AuthorizerEvent) => Promise<Answers[Form]>
export function createAuthorizer(guard: Guard, options: unknown = {}) {
  const authenticator = authenticatorOfGuard<Guard<Caller>>(guard, undefined)
  const { response: form } = readOptions(authorizerOptions, options, 'authorizer.')
  return async (event: AuthorizerEvent): Promise<AuthorizerPolicy | AuthorizerDecision> => {
    const answer = (form ?? (event.version === '2.0' ? 'simple' : 'policy')) === 'simple' ? decision : policy
    const header = event.type === 'TOKEN' ? event.authorizationToken : authorizationOfEvent(event)
    try {
      return answer(event, await authenticator.authenticate(header, event))
    } catch (error) {
      const { status } = refusalOf(error)
      if (status === 403) return answer(event, undefined)
      // The gateway looks for this exact message. With any other it answers 500, which is right for an outage.
      throw status === 503 ? error : new Error('Unauthorized')
    }
  }
}

// IAM's wildcards. The ARN has the path as the caller wrote it.
const wildcard = /[*?]/

function policy({ methodArn, routeArn }: AuthorizerEvent, admitted: Caller): AuthorizerPolicy {
  const resource = methodArn ?? routeArn
  if (resource === undefined)
    throw configError('the event has no methodArn: createAuthorizer makes a Lambda authorizer')
  // A cached Allow for GET/books/* would allow every book, so a path with a wildcard is denied.
  const caller = wildcard.test(resource) ? undefined : admitted
  return {
    principalId: caller?.userId ?? caller?.clientId ?? 'nobody',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: caller ? 'Allow' : 'Deny', Resource: resource }],
    },
    context: contextOf(caller),
  }
}

function decision(_: AuthorizerEvent, caller: Caller): AuthorizerDecision {
  return { isAuthorized: caller !== undefined, context: contextOf(caller) }
}

function contextOf(caller: Caller): AuthorizerContext {
  if (caller === undefined) return {}
  const { claims: _, scopes, ...flat } = caller
  return { ...flat, scopes: scopes.join(' ') }
}
