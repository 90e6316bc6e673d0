import type { Requirement } from './access/requirement.js'
import { advice } from './core/advice.js'
import { type Guard, guardOf, walkOf } from './core/guard.js'
import type { Identity } from './core/identity.js'
import { authorizationOf, type NodeRequest } from './core/node-request.js'
import type { GuardOptions } from './core/options.js'
import { after } from './core/step.js'
import type { Caller, Walk } from './core/walk.js'

declare global {
  namespace Express {
    interface Request {
      /** Who calls, where a guard stands before this handler; `identityOf(req)` is the one that never is undefined. */
      readonly identity?: Identity
    }
  }
}

/** The part of an Express request that the guard reads: Express 4 and 5, and anything on Node's own request. */
export type ExpressRequest = NodeRequest & object
/** What the functions of a requirement are handed, where they do not name Express's own `Request`. */
export interface RoutedRequest extends NodeRequest {
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body?: unknown
}
export type ExpressNext = (error?: unknown) => void

/** A guard that is an Express middleware: `app.use(guard)`, or in front of one route. */
export interface ExpressGuard<Who extends Caller = Identity> extends Guard<Who> {
  (request: ExpressRequest, response: unknown, next: ExpressNext): void
  /**
   * A stricter middleware. It authenticates by itself, and behind this guard verifies nothing twice.
   *
   * @throws {TypeError} for a requirement that is not understood.
   */
  require<Request = RoutedRequest>(requirement: Requirement<Request>): ExpressGuard
}

/** Whom which guard has proven on a request. Private: what another middleware put on the request is no proof. */
const proofs = new WeakMap<object, { readonly caller: Caller; readonly by: Walk['settings'] }>()

/**
 * Makes a guard for Express of options, or of a Guard that there is. Without an argument it reads `AUTHING_ISSUER`,
 * `AUTHING_APP_ID` and, if set, `AUTHING_APP_SECRET`.
 *
 * Nobody without a valid token gets past it; refusals go to `next(error)` as a `GuardError`, which Express answers.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 */
export function authingGuard<Who extends Caller>(guard: Guard<Who>): ExpressGuard<Who>
export function authingGuard(options: GuardOptions & { readonly credentials: 'optional' }): ExpressGuard<Caller>
export function authingGuard(...given: [options?: GuardOptions & { readonly credentials?: 'required' }]): ExpressGuard
export function authingGuard(options: GuardOptions): ExpressGuard<Caller>
export function authingGuard(...given: [options?: GuardOptions | Guard<Caller>]): ExpressGuard<Caller> {
  if (isRequest(given[0])) {
    throw advice('authingGuard was handed over without being called: write app.use(authingGuard({ issuer, appId }))')
  }
  return middlewareOf(walkOf(given))
}

function middlewareOf<Who extends Caller>(walk: Walk<Who>): ExpressGuard<Who> {
  const authenticate = (request: ExpressRequest) => {
    const proof = proofs.get(request)
    return proof?.by === walk.settings
      ? walk.permit(proof.caller, request)
      : walk.authenticate(authorizationOf(request), request)
  }
  const middleware = function authingGuardMiddleware(request: ExpressRequest, _: unknown, next: ExpressNext): void {
    const admit = (caller: Caller) => {
      proofs.set(request, { caller, by: walk.settings })
      Object.defineProperty(request, 'identity', { value: caller, enumerable: true, configurable: true })
    }
    try {
      const step = after(authenticate(request), admit)
      if (step instanceof Promise) {
        step.then(() => next(), next)
        return
      }
    } catch (error) {
      next(error)
      return
    }
    // Outside the try: what a handler throws is its own.
    next()
  }
  return Object.assign(middleware, guardOf(walk), {
    require: (requirement: unknown, ...more: unknown[]) => middlewareOf(walk.narrow(requirement, more.length)),
  })
}

/**
 * Who calls.
 *
 * @throws {TypeError} where no guard has let this request in.
 */
export function identityOf(request: object): Identity {
  const identity = maybeIdentityOf(request)
  if (identity === undefined) {
    throw advice(
      proofs.has(request)
        ? "the caller is anonymous, which credentials: 'optional' allows: use maybeIdentityOf here"
        : 'no guard has let this request in: put app.use(guard), or the guard itself, before this handler',
    )
  }
  return identity
}

/** Who calls, or undefined where the caller is anonymous or no guard has let this request in. */
export function maybeIdentityOf(request: object): Identity | undefined {
  return proofs.get(request)?.caller
}

function isRequest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'headers' in value
}

export type { Requirement } from './access/requirement.js'
export { errorResponse, GuardError } from './core/errors.js'
export type { Guard } from './core/guard.js'
export type { Identity } from './core/identity.js'
export type { GuardOptions } from './core/options.js'
