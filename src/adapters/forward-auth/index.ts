import { configError, invalidOption, isConfigError } from '../../common/config-error.js'
import { readOptions } from '../../common/option-reader.js'
import { type Option, refined, type TableOf, text } from '../../common/options.js'
import { warn } from '../../guard/environment.js'
import { type AnyGuard, type Caller, isGuardError } from '../../guard/index.js'
import { type AdapterOptions, adapterOptions, authenticatorOf } from '../shared/request-authenticator.js'
import { type ForwardAuthResponse, type ForwardAuthResult, faults, writeAdmission, writeRefusal } from './answer.js'
import {
  addressOf,
  authorizationIn,
  type ForwardAuthRequest,
  Forwarded,
  type ForwardedRequest,
  onlyHeader,
} from './request.js'

/** Options of {@link forwardAuth}. */
export interface ForwardAuthOptions extends AdapterOptions<ForwardedRequest> {
  /**
   * The header in which the proxy says the client's method, for functions in requirements. Name one that the proxy
   * always sets itself: a header that it passes on from the client can say anything. Default: none is read.
   */
  readonly methodHeader?: string
  /** The header in which the proxy says the client's URI, likewise. Default: none is read. */
  readonly uriHeader?: string
}

/** Answers the subrequests of a proxy: a handler for `node:http`, and for any server with its request and response. */
export interface ForwardAuth {
  (request: ForwardAuthRequest, response: ForwardAuthResponse): ForwardAuthResult | Promise<ForwardAuthResult>
  /** The guards by address: for `ready()` when the process starts, and for `health()`. */
  readonly guards: Readonly<Record<string, AnyGuard>>
}

const headerGrammar = /^[!#$%&'*+.^_`|~0-9a-z-]+$/

const headerName: Option<string | undefined> = refined(
  text('the name of a header', { default: undefined }),
  (value, name) => {
    const lower = value?.toLowerCase()
    if (lower !== undefined && !headerGrammar.test(lower)) throw invalidOption(name, 'must be the name of a header')
    return lower
  },
)

const forwardAuthOptions = {
  ...adapterOptions,
  methodHeader: headerName,
  uriHeader: headerName,
} satisfies TableOf<ForwardAuthOptions>

/**
 * Answers the subrequests by which a proxy asks whether a request may pass: `auth_request` of nginx, `forward_auth` of
 * Caddy and Traefik, `ext_authz` of Envoy over HTTP, `forward-auth` of APISIX. The proxy matches paths; each of its
 * locations asks one of the addresses, which are compared as they are, without the query.
 *
 * - 200: `X-Auth-User-Id`, `X-Auth-Client-Id`, `X-Auth-Kind`, `X-Auth-Scopes` (separated by spaces) and
 *   `X-Auth-Tenant-Id`, each empty where there is nothing to say. Characters that are not visible ASCII, and `%`, are
 *   percent-encoded as UTF-8.
 * - 400, 401, 403, 503: as of every adapter, with the challenge, `Retry-After` and a JSON body. The body is in
 *   `X-Auth-Error` too, for a proxy that can copy headers only.
 * - 403 for an address that is not named, or where a header that an option names is missing or is there twice.
 *
 * The body of a request is not read.
 *
 * @throws {TypeError} if no address is given, an address is not a path, a value is not a guard, or an option is wrong.
 *
 * @example
 * ```ts
 * import { createGuard } from 'authing-guard'
 * import { forwardAuth } from 'authing-guard/forward-auth'
 *
 * const guard = createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })
 * const handler = forwardAuth({ '/auth': guard, '/auth/books': guard.require({ scope: 'book:read' }) })
 * createServer(handler).listen(4180, '127.0.0.1') // of node:http; or npx authing-guard serve
 * ```
 */
export function forwardAuth(
  addresses: Readonly<Record<string, AnyGuard>>,
  options: ForwardAuthOptions = {},
): ForwardAuth {
  const { methodHeader, uriHeader, ...adapter } = readOptions(forwardAuthOptions, options, 'forwardAuth.')
  const guards = guardsOf(addresses)
  const named = new Map(guards.map(([address, guard]) => [address, authenticatorOf([guard, adapter])]))
  const warned = new Set<keyof typeof faults>()
  const details = {
    unknown_address: `the proxy asked for an address that is not named; named are ${[...named.keys()].join(', ')}`,
    missing_header: `${[methodHeader, uriHeader].filter(Boolean).join(' or ')} is missing, or there is more than one`,
  }

  const handler = (request: ForwardAuthRequest, response: ForwardAuthResponse) => {
    const asked = addressOf(request)
    const authenticator = named.get(asked)
    const address = authenticator && asked
    const method = methodHeader && onlyHeader(request, methodHeader)
    const uri = uriHeader && onlyHeader(request, uriHeader)
    const fail = (reason: keyof typeof faults, detail: string): ForwardAuthResult => {
      const refusal = faults[reason]
      writeRefusal(response, refusal)
      // Once for each handler: the proxy may send any number of them.
      if (!warned.has(reason))
        warn(`authing-guard: forwardAuth answered ${refusal.status}: ${detail}`, `AUTHING_${reason.toUpperCase()}`)
      warned.add(reason)
      return { status: refusal.status, address, method, reason, detail }
    }
    const refuse = (error: unknown): ForwardAuthResult => {
      if (!isGuardError(error)) return fail('get_token_failed', whatThrew(error))
      writeRefusal(response, error)
      const { status, reason } = error
      // Its text is made where it is asked for: a flood of bad tokens makes none.
      return {
        status,
        address,
        method,
        reason,
        get detail() {
          return error.detail
        },
      }
    }
    const admit = (caller: Caller): ForwardAuthResult => {
      writeAdmission(response, caller)
      return { status: 200, address, method, reason: undefined, detail: undefined }
    }
    if (authenticator === undefined) return fail('unknown_address', details.unknown_address)
    if ((methodHeader && method === undefined) || (uriHeader && uri === undefined)) {
      return fail('missing_header', details.missing_header)
    }
    try {
      const result = authenticator.authenticate(authorizationIn(request), new Forwarded(request, method, uri))
      return result instanceof Promise ? result.then(admit, refuse) : admit(result)
    } catch (error) {
      return refuse(error)
    }
  }
  return Object.assign(handler, { guards: Object.freeze(Object.fromEntries(guards)) })
}

// A path as it stands in a request: visible ASCII, without a query.
const path = /^\/[\x21\x22\x24-\x3e\x40-\x7e]*$/

function guardsOf(addresses: unknown): readonly (readonly [address: string, guard: AnyGuard])[] {
  const entries: readonly [string, unknown][] = Object.entries(Object(addresses))
  if (entries.length === 0) throw configError("forwardAuth takes its addresses first, like { '/auth': guard }")
  return entries.map(([address, guard]) => {
    if (!path.test(address)) throw configError(`forwardAuth: ${JSON.stringify(address)} must be a path, like "/auth"`)
    if (isGuard(guard)) return [address, guard]
    throw configError(
      `forwardAuth: ${JSON.stringify(address)} must have a guard: make one with createGuard({ issuer, appId })`,
    )
  })
}

function isGuard(value: unknown): value is AnyGuard {
  return 'ready' in Object(value)
}

/** Only the errors of this package say nothing of a request. */
function whatThrew(error: unknown): string {
  return isConfigError(error) ? error.message : `getToken threw ${error instanceof Error ? error.name : typeof error}`
}

export type { Guard } from '../../guard/index.js'
export type { ForwardAuthResponse, ForwardAuthResult } from './answer.js'
export type { ForwardAuthRequest, ForwardedRequest } from './request.js'
