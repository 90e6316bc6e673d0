import { checkOf } from '../authorization/compile-requirement.js'
import type { RequirementCheck } from '../authorization/requirement.js'
import { type GuardError, guardError, Refusal } from '../common/errors.js'
import type { Identity } from '../common/identity.js'
import { chain, chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import { noopEvents } from '../telemetry/events.js'
import { admit } from '../token/admission.js'
import { readBearer, readToken } from '../token/bearer.js'
import { runStatusChecks } from '../token/status-check.js'
import { verify } from '../token/verify.js'
import type { Settings } from './settings.js'

/** Who calls; undefined for an anonymous caller, where the options let one pass. */
export type Caller = Identity | undefined

/** What becomes of a refusal: it is thrown, or a promise is rejected with it. Neither passes for a caller. */
export type OnRefusal = (error: GuardError) => Promise<never>

/**
 * The walk that a guard takes, for doors: answers in place where nothing has to be waited for. `request` is the host's
 * own, for requirements that ask about it. Refusals are thrown, where no `ending` says otherwise.
 */
export interface Pipeline<Who extends Caller = Caller> {
  /** The settings: the same object for a guard and all that were narrowed from it, and so whose proof a caller is. */
  readonly settings: Settings
  /** Authorization header to caller, requirements included. @throws {GuardError} */
  authenticate(header: unknown, request?: unknown, onRefusal?: OnRefusal): MaybePromise<Who | Identity>
  /** Token to caller, requirements included. @throws {GuardError} */
  verifyToken(token: unknown, request?: unknown, onRefusal?: OnRefusal): MaybePromise<Identity>
  /** The requirements alone, of a caller whom this guard has let in before. @throws {GuardError} */
  permit(caller: Caller, request?: unknown): MaybePromise<Who | Identity>
  /** One requirement; nobody meets it who is not known. @throws {GuardError} @throws {TypeError} */
  authorize(caller: Caller, requirement: unknown, request: unknown, more: number): MaybePromise<Identity>
  /** The same walk, and nothing is told of whom it lets in or refuses. */
  quietly(): Pipeline<Who>
  /** The same walk with one requirement more: it lets nobody pass who is not known. @throws {TypeError} */
  narrow(requirement: unknown, more: number): Pipeline<Identity>
}

/** What becomes of a request without credentials. */
export type Anonymous<Who extends Caller> = () => Who

/** It is refused. */
export function refuseAnonymous(): never {
  throw new Refusal('missing_token', 'there is no Authorization header')
}

/** It passes, as nobody. */
export function admitAnonymous(): undefined {
  return undefined
}

export function createPipeline<Who extends Caller>(
  settings: Settings,
  anonymous: Anonymous<Who>,
  requirements: readonly RequirementCheck[] = [],
): Pipeline<Who> {
  const { bearerPrefix, challenge, events, admission, cache, statusChecks, introspection, firstUse } = settings

  /** Runs a part of the walk; the one place where a refusal becomes the error that the caller sees. */
  const walking = <T>(part: () => MaybePromise<T | Refusal>, onRefusal: OnRefusal): MaybePromise<T> => {
    const end = (result: T | Refusal): MaybePromise<T> => {
      if (!(result instanceof Refusal)) return result
      const answer = guardError(result, challenge)
      const { reason, status, detail } = answer
      if (events.hasListeners) events.emit({ type: 'refused', reason, status, detail })
      return onRefusal(answer)
    }
    const step = attempt(part)
    return step instanceof Promise ? step.then(end, (error: unknown) => end(refusalIn(error))) : end(step)
  }
  const permitted = (
    identity: Identity,
    request: unknown,
    checks: readonly RequirementCheck[],
    at = 0,
  ): MaybePromise<Identity> => {
    const check = checks[at]
    if (check === undefined) return identity
    return chain(check(identity, request), () => permitted(identity, request, checks, at + 1))
  }
  /** A token that has verified, or is remembered, may have been revoked since: that is asked each time. */
  const confirmed = (identity: Identity, token: string, request: unknown): MaybePromise<Identity> => {
    if (statusChecks.length === 0) return permitted(identity, request, requirements)
    return chain(runStatusChecks(statusChecks, identity, token), () => permitted(identity, request, requirements))
  }
  const told = (step: MaybePromise<Identity | Refusal>, remembered: boolean): MaybePromise<Identity | Refusal> => {
    if (!events.hasListeners) return step
    return chainUnlessRefused(step, (identity) => {
      const { kind, tokenType, issuer, appId } = identity
      events.emit({ type: 'verified', kind, tokenType, issuer, appId, remembered })
      return identity
    })
  }
  const nobody = (): Who => {
    const caller = anonymous()
    if (events.hasListeners) events.emit({ type: 'anonymous' })
    return caller
  }
  const prove = (token: string, request: unknown): MaybePromise<Identity | Refusal> => {
    const remembered = cache?.get(token)
    if (remembered !== undefined) return told(confirmed(remembered, token, request), true)
    firstUse?.note()
    const asked = introspection?.proveOpaque(token)
    if (asked !== undefined)
      return told(
        chain(asked, (identity) => confirmed(identity, token, request)),
        false,
      )
    const proven = chainUnlessRefused(verify(token, settings.verify), (proven) => {
      const identity = admit(proven, admission)
      cache?.set(token, proven, identity)
      introspection?.remember(identity, token)
      return confirmed(identity, token, request)
    })
    return told(proven, false)
  }

  return {
    settings,
    authenticate: (header, request, onRefusal = thrown) =>
      walking((): MaybePromise<Who | Identity | Refusal> => {
        const token = readBearer(header, bearerPrefix)
        return token === undefined ? nobody() : prove(token, request)
      }, onRefusal),
    verifyToken: (token, request, onRefusal = thrown) => walking(() => prove(readToken(token), request), onRefusal),
    permit: (caller, request) =>
      walking(
        (): MaybePromise<Who | Identity> =>
          caller === undefined ? anonymous() : permitted(caller, request, requirements),
        thrown,
      ),
    authorize: (caller, requirement, request, more) =>
      walking((): MaybePromise<Identity> => {
        const check = checkOf(requirement, more, settings.access)
        return caller === undefined ? refuseAnonymous() : permitted(caller, request, [check])
      }, thrown),
    quietly: () => createPipeline({ ...settings, events: noopEvents }, anonymous, requirements),
    narrow: (requirement, more) =>
      createPipeline(settings, refuseAnonymous, [...requirements, checkOf(requirement, more, settings.access)]),
  }
}

function thrown(error: GuardError): never {
  throw error
}

/** A part of the walk, and what it throws to refuse as a value. */
function attempt<T>(part: () => MaybePromise<T | Refusal>): MaybePromise<T | Refusal> {
  try {
    return part()
  } catch (error) {
    return refusalIn(error)
  }
}

/** The refusal that a station threw; anything else is thrown on. */
function refusalIn(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  throw error
}
