import { checkOf, type Requirement, type RequirementCheck } from '../access/requirement.js'
import { verify } from '../verify/verify.js'
import { admit } from './admission.js'
import { advice } from './advice.js'
import { readBearer, readToken } from './bearer.js'
import { isProduction, optionsFromEnvironment } from './env.js'
import { guardError, Refusal } from './errors.js'
import { type GuardHealth, healthOf, warmUp } from './health.js'
import type { Identity } from './identity.js'
import type { GuardOptions } from './options.js'
import { type Settings, settingsOf } from './settings.js'
import { after, type Step } from './step.js'

/** Proves who calls, and checks what they may do. Make one when the process starts, not one per request. */
export interface Guard {
  /**
   * A bare token to the identity that it proves.
   *
   * @throws {GuardError} 401 for a token that is no good here, 403 for an unmet requirement, 503 for an outage.
   */
  verifyToken(token: string | null | undefined): Promise<Identity>
  /**
   * The value of an Authorization header to the identity that it proves (RFC 6750, 2.1).
   *
   * @throws {GuardError} as `verifyToken`, and 400 for a header that is malformed.
   */
  authenticate(header: string | null | undefined): Promise<Identity>
  /**
   * Whether somebody known may do something; resolves where they may.
   *
   * @throws {GuardError} 403 where they may not.
   * @throws {TypeError} for a requirement that is not understood.
   */
  authorize(identity: Identity, requirement: Requirement): Promise<void>
  /**
   * A stricter guard of the same shape: what this one asks, and the requirement.
   *
   * @throws {TypeError} for a requirement that is not understood.
   */
  require(requirement: Requirement): Guard
  /**
   * Fetches the keys before the first request does; resolves with the state however that ended, so that a down issuer
   * holds no roll-out up. `timeout` in seconds; default 5.
   */
  ready(options?: { readonly timeout?: number }): Promise<GuardHealth>
  /** The state of the keys, for a health endpoint. */
  health(): GuardHealth
  /** Trusts a key no more, by its `kid`, nor any token that it signed, for as long as this process lives. */
  distrustKey(kid: string): void
}

/** The walk that a guard takes, for doors: answers in place where nothing has to be waited for. */
export interface Walk {
  /** Authorization header to identity, requirements included. @throws {GuardError} */
  authenticate(header: unknown): Step<Identity>
  /** Token to identity, requirements included. @throws {GuardError} */
  verifyToken(token: unknown): Step<Identity>
  /** The requirements alone, of a caller whom this guard has proven. @throws {GuardError} */
  permit(identity: Identity, checks?: readonly RequirementCheck[]): Step<Identity>
  /** The same walk with one requirement more. */
  narrow(check: RequirementCheck): Walk
  /** The settings, the same object for a guard and all that were narrowed from it: whose proof an identity is. */
  readonly settings: Settings
}

/** Where a Guard keeps its walk. Registered, since a guard of the ESM build may meet a door of the CJS build. */
const walk = Symbol.for('authing-guard.walk')

interface WalkingGuard extends Guard {
  readonly [walk]: Walk
}

/**
 * Makes a guard. Touches no clock, network or random source, so it may run where a Worker's module is loaded. Without
 * an argument, and only then, it reads `AUTHING_ISSUER`, `AUTHING_APP_ID` and `AUTHING_APP_SECRET`.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong; the message says which, and where to find it.
 */
export function createGuard(...given: [options?: GuardOptions]): Guard {
  return guardOf(walkOf(given))
}

/** The walk of what a door was given: a Guard, options, or nothing at all. */
export function walkOf(given: readonly unknown[]): Walk {
  const [options] = given
  if (isGuard(options)) return options[walk]
  if (given.length > 1) throw advice('a guard takes one argument: its options')
  const surroundings = { isProduction: isProduction(), random: Math.random }
  return walkFrom(settingsOf(given.length === 0 ? optionsFromEnvironment() : options, surroundings), [])
}

function isGuard(value: unknown): value is WalkingGuard {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && walk in value
}

/** The public face of a walk. */
export function guardOf(walked: Walk): WalkingGuard {
  return {
    verifyToken: async (token) => walked.verifyToken(token),
    authenticate: async (header) => walked.authenticate(header),
    authorize: async (identity, requirement, ...more: unknown[]) => {
      await walked.permit(identity, [checkOf(requirement, more.length)])
    },
    require: (requirement, ...more: unknown[]) => guardOf(walked.narrow(checkOf(requirement, more.length))),
    ready: ({ timeout = 5 } = {}) => warmUp(walked.settings.verify.applications, timeout),
    health: () => healthOf(walked.settings.verify.applications),
    distrustKey: (kid) => {
      for (const { keys } of walked.settings.verify.applications) keys.distrust(kid)
    },
    [walk]: walked,
  }
}

function walkFrom(settings: Settings, requirements: readonly RequirementCheck[]): Walk {
  const { bearerPrefix, challenge, emit, admission, cache } = settings

  const refuse = (error: unknown): never => {
    if (!(error instanceof Refusal)) throw error
    const answer = guardError(error, challenge)
    emit?.({ type: 'refused', reason: answer.reason, status: answer.status, detail: answer.detail })
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
  const permitted = (identity: Identity, checks: readonly RequirementCheck[]): Step<Identity> => {
    const [first, ...others] = checks
    if (first === undefined) return identity
    return after(first(identity), () => permitted(identity, others))
  }
  const prove = (token: string): Step<Identity> => {
    const remembered = cache?.recall(token)
    if (remembered !== undefined) return permitted(remembered, requirements)
    return after(verify(token, settings.verify), (proven) => {
      const identity = admit(proven, admission)
      cache?.remember(token, proven, identity)
      return permitted(identity, requirements)
    })
  }

  return {
    settings,
    authenticate: (header) => walking(() => prove(readBearer(header, bearerPrefix))),
    verifyToken: (token) => walking(() => prove(readToken(token))),
    permit: (identity, checks = requirements) => walking(() => permitted(identity, checks)),
    narrow: (check) => walkFrom(settings, [...requirements, check]),
  }
}
