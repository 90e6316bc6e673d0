import { checkOf } from '../authorization/compile-requirement.js'
import type { RequirementCheck } from '../authorization/requirement.js'
import { type GuardError, guardError } from '../common/errors.js'
import type { Identity } from '../common/identity.js'
import { chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import { Refusal, refuse } from '../common/refusal.js'
import { noopEvents } from '../telemetry/events.js'
import { admit } from '../token/admission.js'
import { readBearer, readToken, readUsualBearer } from '../token/bearer.js'
import { runStatusChecks } from '../token/status-check.js'
import { verify } from '../token/verify.js'
import type { Settings } from './settings.js'

/** Who calls; undefined for an anonymous caller, where credentials are optional. */
export type Caller = Identity | undefined

/** The same, whatever claims its tokens have. */
export type AnyCaller = Identity<object> | undefined

/** What the host does with a refusal: throw it, or reject a promise with it. Neither can pass for a caller. */
export type OnRefusal = (error: GuardError) => Promise<never>

/**
 * The steps from an Authorization header to a caller, for adapters. They answer without a promise where nothing has to be
 * waited for. `request` is the host's own, for requirements that read it. Inside, refusals are returned; a refusal leaves
 * the pipeline as a `GuardError` through `onRefusal`, which throws it by default.
 */
export interface Pipeline<Who extends Caller = Caller> {
  /** The same object for a guard and all that were narrowed from it: who this guard authenticated, they accept. */
  readonly settings: Settings
  /** Authorization header to caller, requirements included. @throws {GuardError} */
  authenticate(header: unknown, request?: unknown, onRefusal?: OnRefusal): MaybePromise<Who | Identity>
  /** Token to caller, requirements included. @throws {GuardError} */
  verifyToken(token: unknown, request?: unknown, onRefusal?: OnRefusal): MaybePromise<Identity>
  /** The requirements alone, for a caller that this guard has authenticated. @throws {GuardError} */
  permit(caller: Caller, request?: unknown): MaybePromise<Who | Identity>
  /** One requirement. An anonymous caller does not meet it. @throws {GuardError} @throws {TypeError} */
  authorize(caller: Caller, requirement: unknown, request: unknown, more: number): MaybePromise<Identity>
  /** The same pipeline without events. */
  quietly(): Pipeline<Who>
  /** The same pipeline with one more requirement: it refuses anonymous callers. @throws {TypeError} */
  narrow(requirement: unknown, more: number): Pipeline<Identity>
}

/** Decides about a request without credentials. */
export type Anonymous<Who extends Caller> = () => Who | Refusal

export function refuseAnonymous(): Refusal {
  return refuse('header_missing')
}

export function admitAnonymous(): undefined {
  return undefined
}

export function createPipeline<Who extends Caller>(
  settings: Settings,
  anonymous: Anonymous<Who>,
  requirement?: RequirementCheck,
): Pipeline<Who> {
  const { bearerPrefix, challenge, events, admission, cache, statusChecks, introspection, firstUse, developmentLog } =
    settings

  /** The one place where a refusal becomes the error that the caller sees. */
  const end = <T>(step: MaybePromise<T | Refusal>, request: unknown, onRefusal: OnRefusal): MaybePromise<T> => {
    if (step instanceof Promise) return step.then((result) => end<T>(result, request, onRefusal))
    if (!(step instanceof Refusal)) return step
    const error = guardError(step, challenge)
    if (events.hasListeners) {
      const { reason, status, detail } = error
      events.emit({ type: 'refused', reason, status, detail })
    }
    developmentLog?.note(error, request)
    return onRefusal(error)
  }
  const permitted = (identity: Identity, request: unknown): MaybePromise<Identity | Refusal> =>
    requirement === undefined ? identity : requirement(identity, request)
  /** Runs the status checks for each request: a verified or cached token may have been revoked since. */
  const confirmed = (identity: Identity, token: string, request: unknown): MaybePromise<Identity | Refusal> => {
    if (statusChecks.length === 0) return permitted(identity, request)
    return chainUnlessRefused(runStatusChecks(statusChecks, identity, token, request), () =>
      permitted(identity, request),
    )
  }
  const emitVerified = ({ kind, tokenType, issuer, appId }: Identity, remembered: boolean): void => {
    events.emit({ type: 'verified', kind, tokenType, issuer, appId, remembered })
  }
  const thenEmitVerified = (
    step: MaybePromise<Identity | Refusal>,
    remembered: boolean,
  ): MaybePromise<Identity | Refusal> => {
    if (!events.hasListeners) return step
    return chainUnlessRefused(step, (identity) => {
      emitVerified(identity, remembered)
      return identity
    })
  }
  const admitWithoutToken = (): Who | Refusal => {
    const caller = anonymous()
    if (events.hasListeners && !(caller instanceof Refusal)) events.emit({ type: 'anonymous' })
    return caller
  }
  const verifyAndCheck = (token: string, request: unknown): MaybePromise<Identity | Refusal> => {
    const remembered = cache?.get(token)
    if (remembered !== undefined) return thenEmitVerified(confirmed(remembered, token, request), true)
    firstUse?.note()
    const asked = introspection?.proveOpaque(token)
    if (asked !== undefined) {
      const checked = chainUnlessRefused(asked, (identity) => confirmed(identity, token, request))
      return thenEmitVerified(checked, false)
    }
    const proven = chainUnlessRefused(verify(token, settings.verify), (proven) => {
      const identity = admit(proven, admission)
      if (identity instanceof Refusal) return identity
      cache?.set(token, proven, identity)
      introspection?.remember(identity, token)
      return confirmed(identity, token, request)
    })
    return thenEmitVerified(proven, false)
  }

  /** Most requests: a cached token, and nothing else to check. Needs no closures, and no result to be looked through. */
  const cachedIdentity = (token: unknown): Identity | undefined => {
    // The length is read at each call: the first `revoke` adds a status check.
    if (typeof token !== 'string' || requirement !== undefined || statusChecks.length > 0) return undefined
    const identity = cache?.get(token)
    if (identity !== undefined && events.hasListeners) emitVerified(identity, true)
    return identity
  }

  return {
    settings,
    authenticate: (header, request, onRefusal = thrown) => {
      const cached = cachedIdentity(readUsualBearer(header))
      if (cached !== undefined) return cached
      const token = readBearer(header, bearerPrefix)
      if (token instanceof Refusal) return end<Identity>(token, request, onRefusal)
      return end<Who | Identity>(
        token === undefined ? admitWithoutToken() : verifyAndCheck(token, request),
        request,
        onRefusal,
      )
    },
    verifyToken: (given, request, onRefusal = thrown) => {
      const cached = cachedIdentity(given)
      if (cached !== undefined) return cached
      const token = readToken(given)
      return end(token instanceof Refusal ? token : verifyAndCheck(token, request), request, onRefusal)
    },
    permit: (caller, request) =>
      end<Who | Identity>(caller === undefined ? anonymous() : permitted(caller, request), request, thrown),
    authorize: (caller, given, request, more) => {
      const check = checkOf(given, more, settings.access)
      return end(caller === undefined ? refuseAnonymous() : check(caller, request), request, thrown)
    },
    quietly: () =>
      createPipeline({ ...settings, events: noopEvents, developmentLog: undefined }, anonymous, requirement),
    narrow: (given, more) => {
      const check = checkOf(given, more, settings.access)
      return createPipeline<Identity>(settings, refuseAnonymous, (identity, request) =>
        chainUnlessRefused(permitted(identity, request), () => check(identity, request)),
      )
    },
  }
}

function thrown(error: GuardError): never {
  throw error
}
