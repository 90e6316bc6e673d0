import { configError } from '../../common/config-error.js'
import { readOptions } from '../../common/option-reader.js'
import { callback, choice, type TableOf } from '../../common/options.js'
import type { Caller, GuardFor, Identity } from '../../guard/index.js'
import { authorizationOfEvent, type HttpEvent } from '../shared/http-event.js'
import {
  type AdapterOptions,
  adapterOptions,
  authenticatorOfGuard,
  refusalOf,
} from '../shared/request-authenticator.js'

/**
 * The event of a Lambda authorizer: TOKEN, or REQUEST of a REST, WebSocket or HTTP API (formats 1.0 and 2.0); without a
 * type, that of AppSync.
 */
export interface AuthorizerEvent extends HttpEvent {
  readonly type?: string | undefined
  readonly version?: string | undefined
  /** Of REQUEST: where the WebSocket of a browser can have its token. */
  readonly queryStringParameters?: { readonly [name: string]: string | undefined } | null | undefined
  /** Of TOKEN and AppSync: the value of the header that the authorizer names. */
  readonly authorizationToken?: string | undefined
  /** The method that is called; in format 2.0 `routeArn`. */
  readonly methodArn?: string | undefined
  readonly routeArn?: string | undefined
}

/** The caller, in the flat values that a gateway passes on: the function has them in `event.requestContext`. */
export type AuthorizerContext = { [name: string]: string | number | boolean }

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

/** An answer for AppSync, which passes the caller on in `$ctx.identity.resolverContext`. */
export interface AppSyncDecision {
  isAuthorized: boolean
  resolverContext: AuthorizerContext
}

interface Answers {
  readonly policy: AuthorizerPolicy
  readonly simple: AuthorizerDecision
  readonly appsync: AppSyncDecision
}

/** How an authorizer answers. */
export interface AuthorizerOptions<Form extends keyof Answers = keyof Answers> extends AdapterOptions<AuthorizerEvent> {
  /** The answer that the gateway expects. Default: by the event: `'simple'` in format 2.0, `'appsync'`, or `'policy'`. */
  readonly response?: Form | undefined
  /** What the gateway passes on of the caller. Default: the identity in flat values, without its claims. */
  readonly context?: ((identity: Identity) => AuthorizerContext) | undefined
}

const authorizerOptions = {
  ...adapterOptions,
  response: choice(['policy', 'simple', 'appsync'], { default: undefined }),
  context: callback<(identity: Identity) => unknown>(),
} satisfies TableOf<AuthorizerOptions>

/**
 * Makes the handler of a Lambda authorizer. A caller that the guard admits may call the one method that the gateway asks
 * about, so let the gateway cache answers per route, or not at all. A path with a `*` in it is denied in a policy. 403 is
 * a denial. 400 and 401 throw `Unauthorized`, which the gateway answers as 401; for AppSync they are denials. An outage
 * throws its `GuardError`, which the gateway answers as 500 and does not cache.
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
  guard: GuardFor<Identity<object>>,
  options?: AuthorizerOptions<Form>,
): (event: AuthorizerEvent) => Promise<Answers[Form]>
export function createAuthorizer(guard: GuardFor<Identity<object>>, options: unknown = {}) {
  const { response, context = flat, ...adapter } = readOptions(authorizerOptions, options, 'authorizer.')
  const authenticator = authenticatorOfGuard(guard, adapter)
  return async (event: AuthorizerEvent): Promise<Answers[keyof Answers]> => {
    const form = response ?? formOf(event)
    const answer = (caller: Caller) =>
      answers[form](event, caller, caller === undefined ? {} : checked(context(caller)))
    const header = event.type === 'REQUEST' ? authorizationOfEvent(event) : event.authorizationToken
    try {
      return answer(await authenticator.authenticate(header, event))
    } catch (error) {
      const { status } = refusalOf(error)
      if (status === 403 || (form === 'appsync' && status < 500)) return answer(undefined)
      // The gateway looks for this exact message. With any other it answers 500, which is right for an outage.
      throw status === 503 ? error : new Error('Unauthorized')
    }
  }
}

function formOf({ type, version }: AuthorizerEvent): keyof Answers {
  if (type === undefined) return 'appsync'
  return version === '2.0' ? 'simple' : 'policy'
}

type Answerer<Form extends keyof Answers> = (
  event: AuthorizerEvent,
  caller: Caller,
  context: AuthorizerContext,
) => Answers[Form]

const answers: { readonly [Form in keyof Answers]: Answerer<Form> } = {
  policy,
  simple: (_, caller, context) => ({ isAuthorized: caller !== undefined, context }),
  appsync: (_, caller, resolverContext) => ({ isAuthorized: caller !== undefined, resolverContext }),
}

// IAM's wildcards. The ARN has the path as the caller wrote it.
const wildcard = /[*?]/

function policy(
  { methodArn, routeArn }: AuthorizerEvent,
  admitted: Caller,
  context: AuthorizerContext,
): AuthorizerPolicy {
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
    context: caller === undefined ? {} : context,
  }
}

function flat({ claims: _, scopes, ...summary }: Identity): AuthorizerContext {
  return { ...summary, scopes: scopes.join(' ') }
}

const flatTypes: ReadonlySet<string> = new Set(['string', 'number', 'boolean'])

/** A gateway answers 500 for anything else, and says nowhere why. @throws {TypeError} */
function checked(context: unknown): AuthorizerContext {
  const isObject = typeof context === 'object' && context !== null && !Array.isArray(context) && !('then' in context)
  if (isObject && Object.values(context).every((value) => flatTypes.has(typeof value))) {
    return context as AuthorizerContext
  }
  throw configError('authorizer.context must return an object of strings, numbers and booleans')
}
