import type { Claims, RegisteredClaims } from '../../common/claims.js'
import { configError } from '../../common/config-error.js'
import type { Identity } from '../../common/identity.js'
import type { Caller, Pipeline } from '../../guard/pipeline.js'
import { lazyProcessWideMap } from './process-map.js'

/** The `getToken` option: finds a token outside the Authorization header. */
export type TokenGetter = (request: unknown) => unknown

/** Version of the form of a record. Raise it when a member changes its meaning. */
export const recordVersion = 1

/** Says that a guard admitted a request. An adapter skips verification only for its own settings and `getToken`, the
 * same credentials, and a second. */
export interface AuthRecord {
  readonly version: number
  readonly caller: Caller
  readonly settings: Pipeline['settings']
  readonly getToken: TokenGetter | undefined
  /** The credentials that were verified: the Authorization header as it came, and what `getToken` found. */
  readonly header: unknown
  readonly token: unknown
  /** When they were verified, in milliseconds since the epoch. */
  readonly at: number
}

/**
 * Records of authenticated requests, in one map for all copies of this package in the process; what another version has
 * put there may have any form. Never a property of the request: middlewares copy, merge and assign those, and a query
 * parser or a body parser must not be able to write one.
 *
 * Trust boundary: code in the process is trusted. It can reach this map as it can reach `node:http` itself; what the
 * map prevents is that anything writes a record by accident.
 */
// Marked for bundlers, which leave it out where there is no adapter.
export const authRecords = /* @__PURE__ */ lazyProcessWideMap<AuthRecord>('authing-guard.records')

/** The record of a request. Undefined where there is none, or one of a version that this copy does not know. */
export function authRecordOf(request: object): AuthRecord | undefined {
  const record = authRecords().get(request)
  return record?.version === recordVersion ? record : undefined
}

/**
 * Returns the caller's identity. Takes what the host passes to a handler: an Express or Nest request, a Koa context.
 * `identityOf<MyClaims>(req)` types the claims; nothing checks that the token has them.
 *
 * @throws {TypeError} where no guard has admitted this request, or the caller is anonymous.
 *
 * @example
 * ```ts
 * import { identityOf } from 'authing-guard/express'
 *
 * app.get('/me', guard, (req, res) => res.json(identityOf(req)))
 * ```
 */
export function identityOf<Own extends object = Claims>(request: object): Identity<Own & RegisteredClaims> {
  const identity = authRecordOf(request)?.caller
  if (identity === undefined) throw configError(whyNoIdentity(request))
  return identity as Identity<Own & RegisteredClaims>
}

function whyNoIdentity(request: object): string {
  if (authRecordOf(request) !== undefined) {
    return "the caller is anonymous, which credentials: 'optional' allows: call maybeIdentityOf here instead"
  }
  return authRecords().get(request) === undefined
    ? 'no guard has admitted this request: put app.use(guard), or the guard itself, before this handler'
    : 'two copies of authing-guard are loaded, and a guard of the other version admitted this request: install one version (npm ls authing-guard lists them)'
}

/**
 * Returns the caller's identity, or undefined where the caller is anonymous or no guard has admitted this request.
 *
 * @example
 * ```ts
 * import { maybeIdentityOf } from 'authing-guard/express'
 *
 * app.get('/books', guard, (req, res) => res.json({ signedIn: maybeIdentityOf(req) !== undefined }))
 * ```
 */
export function maybeIdentityOf<Own extends object = Claims>(
  request: object,
): Identity<Own & RegisteredClaims> | undefined {
  return authRecordOf(request)?.caller as Identity<Own & RegisteredClaims> | undefined
}
