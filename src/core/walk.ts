import { checkOf } from '../access/access.js'
import type { RequirementCheck } from '../access/requirement.js'
import { confirmedBy } from '../online/confirmation.js'
import { isOpaque } from '../online/opaque.js'
import { verify } from '../verify/verify.js'
import { admit } from './admission.js'
import { readBearer, readToken } from './bearer.js'
import { guardError, Refusal } from './errors.js'
import type { Identity } from './identity.js'
import type { Settings } from './settings.js'
import { after, type Step } from './step.js'

/** Who calls; undefined for an anonymous caller, where the options let one pass. */
export type Caller = Identity | undefined

/**
 * The walk that a guard takes, for doors: answers in place where nothing has to be waited for. `request` is the host's
 * own, for requirements that ask about it.
 */
export interface Walk<Who extends Caller = Caller> {
  /** The settings: the same object for a guard and all that were narrowed from it, and so whose proof a caller is. */
  readonly settings: Settings
  /** Authorization header to caller, requirements included. @throws {GuardError} */
  authenticate(header: unknown, request?: unknown): Step<Who | Identity>
  /** Token to caller, requirements included. @throws {GuardError} */
  verifyToken(token: unknown, request?: unknown): Step<Identity>
  /** The requirements alone, of a caller whom this guard has let in before. @throws {GuardError} */
  permit(caller: Caller, request?: unknown): Step<Who | Identity>
  /** One requirement, of somebody known. @throws {GuardError} @throws {TypeError} */
  authorize(identity: Identity, requirement: unknown, request: unknown, more: number): Step<Identity>
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
  const { bearerPrefix, challenge, events, admission, cache, confirmations, online } = settings
  const opaque = online?.opaque

  const refuse = (error: unknown): never => {
    if (!(error instanceof Refusal)) throw error
    const answer = guardError(error, challenge)
    const { reason, status, detail } = answer
    if (events.isHeard) events.tell({ type: 'refused', reason, status, detail })
    throw answer
  }
  /** Runs a part of the walk; the one place where a refusal becomes the error that the caller sees. */
  const walking = <T>(part: () => Step<T>): Step<T> => {
    try {
      const step = part()
      return step instanceof Promise ? step.catch(refuse) : step
    } catch (error) {
      return refuse(error)
    }
  }
  const permitted = (identity: Identity, request: unknown, checks: readonly RequirementCheck[]): Step<Identity> => {
    const [first, ...others] = checks
    if (first === undefined) return identity
    return after(first(identity, request), () => permitted(identity, request, others))
  }
  /** A token that has verified, or is remembered, may have been revoked since: that is asked each time. */
  const confirmed = (identity: Identity, token: string, request: unknown): Step<Identity> => {
    if (confirmations.length === 0) return permitted(identity, request, requirements)
    return after(confirmedBy(confirmations, identity, token), () => permitted(identity, request, requirements))
  }
  const prove = (token: string, request: unknown): Step<Identity> => {
    const remembered = cache?.recall(token)
    if (remembered !== undefined) return confirmed(remembered, token, request)
    if (opaque !== undefined && isOpaque(token)) {
      return after(opaque.prove(token), (identity) => {
        online?.note(identity, token)
        return confirmed(identity, token, request)
      })
    }
    return after(verify(token, settings.verify), (proven) => {
      const identity = admit(proven, admission)
      cache?.remember(token, proven, identity)
      online?.note(identity, token)
      return confirmed(identity, token, request)
    })
  }

  return {
    settings,
    authenticate: (header, request) =>
      walking((): Step<Who | Identity> => {
        const token = readBearer(header, bearerPrefix)
        return token === undefined ? anonymous() : prove(token, request)
      }),
    verifyToken: (token, request) => walking(() => prove(readToken(token), request)),
    permit: (caller, request) =>
      walking(
        (): Step<Who | Identity> => (caller === undefined ? anonymous() : permitted(caller, request, requirements)),
      ),
    authorize: (identity, requirement, request, more) =>
      walking(() => permitted(identity, request, [checkOf(requirement, more, settings.access)])),
    narrow: (requirement, more) =>
      walkFrom(settings, refuseAnonymous, [...requirements, checkOf(requirement, more, settings.access)]),
  }
}
