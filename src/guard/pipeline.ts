import { checkOf } from '../authorization/compile-requirement.js'
import type { RequirementCheck } from '../authorization/requirement.js'
import { type GuardError, guardError, Refusal } from '../common/errors.js'
import type { Identity } from '../common/identity.js'
import { after, type Step, unlessRefused } from '../common/maybe-promise.js'
import { isOpaque } from '../introspection/opaque.js'
import { silence } from '../telemetry/events.js'
import { admit } from '../token/admission.js'
import { readBearer, readToken } from '../token/bearer.js'
import { confirmedBy } from '../token/status-check.js'
import { verify } from '../token/verify.js'
import type { Settings } from './settings.js'

/** Who calls; undefined for an anonymous caller, where the options let one pass. */
export type Caller = Identity | undefined

/** What becomes of a refusal: it is thrown, or a promise is rejected with it. Neither passes for a caller. */
export type Ending = (error: GuardError) => Promise<never>

/**
 * The walk that a guard takes, for doors: answers in place where nothing has to be waited for. `request` is the host's
 * own, for requirements that ask about it. Refusals are thrown, where no `ending` says otherwise.
 */
export interface Walk<Who extends Caller = Caller> {
  /** The settings: the same object for a guard and all that were narrowed from it, and so whose proof a caller is. */
  readonly settings: Settings
  /** Authorization header to caller, requirements included. @throws {GuardError} */
  authenticate(header: unknown, request?: unknown, ending?: Ending): Step<Who | Identity>
  /** Token to caller, requirements included. @throws {GuardError} */
  verifyToken(token: unknown, request?: unknown, ending?: Ending): Step<Identity>
  /** The requirements alone, of a caller whom this guard has let in before. @throws {GuardError} */
  permit(caller: Caller, request?: unknown): Step<Who | Identity>
  /** One requirement; nobody meets it who is not known. @throws {GuardError} @throws {TypeError} */
  authorize(caller: Caller, requirement: unknown, request: unknown, more: number): Step<Identity>
  /** The same walk, and nothing is told of whom it lets in or refuses. */
  quietly(): Walk<Who>
  /** The same walk with one requirement more: it lets nobody pass who is not known. @throws {TypeError} */
  narrow(requirement: unknown, more: number): Walk<Identity>
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

export function walkFrom<Who extends Caller>(
  settings: Settings,
  anonymous: Anonymous<Who>,
  requirements: readonly RequirementCheck[] = [],
): Walk<Who> {
  const { bearerPrefix, challenge, events, admission, cache, confirmations, online, firstUse } = settings
  const opaque = online?.opaque

  /** Runs a part of the walk; the one place where a refusal becomes the error that the caller sees. */
  const walking = <T>(part: () => Step<T | Refusal>, ending: Ending): Step<T> => {
    const end = (result: T | Refusal): Step<T> => {
      if (!(result instanceof Refusal)) return result
      const answer = guardError(result, challenge)
      const { reason, status, detail } = answer
      if (events.isHeard) events.tell({ type: 'refused', reason, status, detail })
      return ending(answer)
    }
    const step = attempt(part)
    return step instanceof Promise ? step.then(end, (error: unknown) => end(refusalIn(error))) : end(step)
  }
  const permitted = (
    identity: Identity,
    request: unknown,
    checks: readonly RequirementCheck[],
    at = 0,
  ): Step<Identity> => {
    const check = checks[at]
    if (check === undefined) return identity
    return after(check(identity, request), () => permitted(identity, request, checks, at + 1))
  }
  /** A token that has verified, or is remembered, may have been revoked since: that is asked each time. */
  const confirmed = (identity: Identity, token: string, request: unknown): Step<Identity> => {
    if (confirmations.length === 0) return permitted(identity, request, requirements)
    return after(confirmedBy(confirmations, identity, token), () => permitted(identity, request, requirements))
  }
  const told = (step: Step<Identity | Refusal>, remembered: boolean): Step<Identity | Refusal> => {
    if (!events.isHeard) return step
    return unlessRefused(step, (identity) => {
      const { kind, tokenType, issuer, appId } = identity
      events.tell({ type: 'verified', kind, tokenType, issuer, appId, remembered })
      return identity
    })
  }
  const nobody = (): Who => {
    const caller = anonymous()
    if (events.isHeard) events.tell({ type: 'anonymous' })
    return caller
  }
  const prove = (token: string, request: unknown): Step<Identity | Refusal> => {
    const remembered = cache?.recall(token)
    if (remembered !== undefined) return told(confirmed(remembered, token, request), true)
    firstUse?.note()
    if (opaque !== undefined && isOpaque(token)) {
      const asked = after(opaque.prove(token), (identity) => {
        online?.note(identity, token)
        return confirmed(identity, token, request)
      })
      return told(asked, false)
    }
    const proven = unlessRefused(verify(token, settings.verify), (proven) => {
      const identity = admit(proven, admission)
      cache?.remember(token, proven, identity)
      online?.note(identity, token)
      return confirmed(identity, token, request)
    })
    return told(proven, false)
  }

  return {
    settings,
    authenticate: (header, request, ending = thrown) =>
      walking((): Step<Who | Identity | Refusal> => {
        const token = readBearer(header, bearerPrefix)
        return token === undefined ? nobody() : prove(token, request)
      }, ending),
    verifyToken: (token, request, ending = thrown) => walking(() => prove(readToken(token), request), ending),
    permit: (caller, request) =>
      walking(
        (): Step<Who | Identity> => (caller === undefined ? anonymous() : permitted(caller, request, requirements)),
        thrown,
      ),
    authorize: (caller, requirement, request, more) =>
      walking((): Step<Identity> => {
        const check = checkOf(requirement, more, settings.access)
        return caller === undefined ? refuseAnonymous() : permitted(caller, request, [check])
      }, thrown),
    quietly: () => walkFrom({ ...settings, events: silence }, anonymous, requirements),
    narrow: (requirement, more) =>
      walkFrom(settings, refuseAnonymous, [...requirements, checkOf(requirement, more, settings.access)]),
  }
}

function thrown(error: GuardError): never {
  throw error
}

/** A part of the walk, and what it throws to refuse as a value. */
function attempt<T>(part: () => Step<T | Refusal>): Step<T | Refusal> {
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
