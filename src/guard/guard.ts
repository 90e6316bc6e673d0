import type { Forgotten } from '../authorization/decisions.js'
import type { Requirement } from '../authorization/requirement.js'
import { configError } from '../common/config-error.js'
import { guardError } from '../common/errors.js'
import type { Identity } from '../common/identity.js'
import type { MaybePromise } from '../common/maybe-promise.js'
import { OptionReader, readOptions } from '../common/option-reader.js'
import { flag, seconds, type TableOf, text } from '../common/options.js'
import { type Revoked, revocationOf } from '../revocation/revocation.js'
import { type Channel, openChannel } from '../telemetry/channel.js'
import {
  cancelsWorkAfterResponse,
  isDevelopment,
  isPage,
  isProduction,
  optionsFromEnvironment,
  warn,
} from './environment.js'
import { type GuardHealth, healthOf, warmUp } from './health.js'
import { noteMisuses } from './misuse.js'
import { type ObserveOptions, type Observer, observerOf, watchOf } from './observe.js'
import type { GuardOptions } from './options.js'
import { admitAnonymous, type Caller, createPipeline, type Pipeline, refuseAnonymous } from './pipeline.js'
import { type Settings, settingsOf } from './settings.js'

/**
 * Verifies who calls, and checks what they may do. Make one when the process starts, not one per request.
 *
 * `Who` is `Identity`, or `Identity | undefined` where `credentials: 'optional'` lets anonymous callers pass.
 */
export interface Guard<Who extends Caller = Identity> {
  /**
   * Verifies a token, without `Bearer`, and resolves with the identity that it proves.
   *
   * @throws {GuardError} 401 for a token that is not valid here, 403 for an unmet requirement, 503 for an outage.
   */
  verifyToken(token: string | null | undefined): Promise<Identity>
  /**
   * Verifies the value of an Authorization header (RFC 6750, 2.1), and resolves with the identity that it proves.
   *
   * @throws {GuardError} as `verifyToken`, and 400 for a header that is malformed.
   */
  authenticate(header: string | null | undefined): Promise<Who | Identity>
  /**
   * Checks a requirement for an identity; resolves where it is met. `request` is passed to the functions in the
   * requirement.
   *
   * @throws {GuardError} 403 where it is not met, 503 where the permission check fails.
   * @throws {TypeError} for a requirement that is not understood.
   */
  authorize<Request>(identity: Identity, requirement: Requirement<Request>, request?: Request): Promise<void>
  /**
   * Makes a stricter guard: this one's requirements, and one more. An anonymous caller meets none.
   *
   * @throws {TypeError} for a requirement that is not understood.
   */
  require<Request = unknown>(requirement: Requirement<Request>): Guard
  /**
   * Makes an observer, to try this guard on a live system. It emits an `observed` event that says what the guard would have
   * done. It refuses no request, delays none, and stops at `until`.
   *
   * @throws {TypeError} where `until` is not a time, or is more than 30 days ahead.
   */
  observe(options: ObserveOptions): Observer
  /**
   * Drops the cached permissions and roles of one user or access key in this process. Call it when a grant has changed.
   * `everyone: true` drops those of all, and all cached introspection replies.
   *
   * @throws {TypeError} where none of `userId`, `clientId` and `everyone` is given.
   */
  forget(whose: Forgotten): void
  /**
   * Revokes one token, or all tokens of a user or an access key that were issued at or before `before` (seconds since
   * the epoch; default: now), cached tokens too. It holds at the issuers of this guard; with `userId`, `appId` narrows it
   * to one application. It takes effect in this process at once. With a `store` it takes effect in every process in about
   * a second, or, where a process cannot read the store, after `staleRevocations` (60 seconds): until then that process
   * uses what it read last, and then answers 503. A revocation cannot be undone; a user who signs in again has a newer
   * token. Resolves when the store has accepted it.
   *
   * @throws {TypeError} where not exactly one of `tokenId`, `userId` and `clientId` is given, `before` is not a time in
   * seconds, or `appId` is not an application of this guard.
   * @throws {GuardError} 503 `store_unavailable` if the store did not accept the revocation: it then holds in this process alone.
   * @example
   * await guard.revoke({ userId })
   * await guard.revoke({ userId, appId })
   * await guard.revoke({ tokenId: jti })
   */
  revoke(whose: Revoked): Promise<void>
  /**
   * Fetches the keys and connects the store before the first request. It resolves with the state even where that failed,
   * so that an issuer that is down does not block a roll-out. `timeout` in seconds: from 0.001 to 3,600; default: 5.
   */
  ready(options?: { readonly timeout?: number }): Promise<GuardHealth>
  /** The state of the keys, for a health endpoint. */
  health(): GuardHealth
  /**
   * Stops trusting a key, by its `kid`, and every token that it signed, until this process ends.
   *
   * @throws {TypeError} where `kid` is not a string, or is empty.
   */
  distrustKey(kid: string): void
}

/** The options of `guard.ready`. */
const readyOptions = { timeout: seconds({ min: 0.001, max: 3600, default: 5 }) }

/** What `guard.forget` takes: one of them. */
const forgetOptions = {
  userId: text("a user's ID"),
  clientId: text('an access key, unless userId or everyone: true is given'),
  everyone: flag,
} satisfies TableOf<Forgotten>

/** Where a Guard keeps its pipeline. Registered, since a guard of the ESM build may be used with an adapter of the CJS build. */
const pipelineKey = Symbol.for('authing-guard.pipeline')

interface PipelineGuard extends Guard {
  readonly [pipelineKey]: Pipeline<Caller>
}

/**
 * Makes a guard. It uses no clock, network or random source, so a Worker may call it while its module is loaded. Without
 * an argument, or with undefined, it reads `AUTHING_ISSUER`, `AUTHING_APP_ID` and `AUTHING_APP_SECRET`.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong; the message says which, and where to find it.
 *
 * @example
 * ```ts
 * import { createGuard } from 'authing-guard'
 *
 * const guard = createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })
 * const identity = await guard.authenticate('Bearer eyJ...')
 * ```
 */
export function createGuard(...given: [options?: GuardOptions & { readonly credentials?: 'required' }]): Guard
export function createGuard(options: GuardOptions): Guard<Caller>
export function createGuard(...given: [options?: GuardOptions]): Guard<Caller> {
  return guardOf(pipelineOf(given))
}

/** The pipeline of an adapter's first argument: a Guard, options, or nothing. */
export function pipelineOf(given: readonly unknown[]): Pipeline<Caller> {
  const [options] = given
  if (isGuard(options)) return options[pipelineKey]
  if (given.length > 1) throw configError('a guard takes one argument: its options')
  const settings = settingsHere(options === undefined ? optionsFromEnvironment() : options, openChannel())
  noteMisuses(settings, isPage(), warn)
  return createPipeline<Caller>(settings, settings.admitsAnonymous ? admitAnonymous : refuseAnonymous)
}

/**
 * Makes a guard for the commands, to see its verdicts. They are those of a guard in use, but it publishes no events on
 * the channel and reports no misuse.
 */
export function trialGuard(options: GuardOptions): Guard {
  return guardOf(
    createPipeline<Identity>(
      { ...settingsHere(options, undefined), firstUse: undefined, developmentLog: undefined },
      refuseAnonymous,
    ),
  )
}

/** The options that a guard was made of, for the commands; undefined for anything else. */
export function optionsOfGuard(value: unknown): unknown {
  return isGuard(value) ? value[pipelineKey].settings.source() : undefined
}

function settingsHere(options: unknown, channel: Channel | undefined): Settings {
  return settingsOf(options, {
    isProduction: isProduction(),
    canOutliveRequest: !cancelsWorkAfterResponse(),
    random: () => Math.random(),
    channel,
    warn,
    log: isDevelopment() ? (line) => console.warn(line) : undefined,
  })
}

function isGuard(value: unknown): value is PipelineGuard {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && pipelineKey in value
}

/** The Guard of a pipeline. */
export function guardOf<Who extends Caller>(pipeline: Pipeline<Who>): Guard<Who> {
  const { applications } = pipeline.settings.verify
  const guard: Guard<Who> = {
    verifyToken: (token) => promised(() => pipeline.verifyToken(token, undefined, rejected)),
    authenticate: (header) => promised(() => pipeline.authenticate(header, undefined, rejected)),
    authorize: async (identity, requirement, request?: unknown, ...more: unknown[]) => {
      await pipeline.authorize(identity, requirement, request, more.length)
    },
    require: (requirement, ...more: unknown[]) => guardOf(pipeline.narrow(requirement, more.length)),
    observe: (options) => observerOf(pipeline, watchOf(pipeline.settings, options)),
    forget: (whose) => forget(whose, pipeline.settings),
    revoke: (whose) => revoke(whose, pipeline.settings),
    ready: async (options = {}) => {
      const { timeout } = readOptions(readyOptions, options, 'ready.')
      await warmUp(applications, pipeline.settings.store, timeout)
      return guard.health()
    },
    health: () => healthOf(applications, pipeline.settings.store?.health()),
    distrustKey: (kid) => {
      if (typeof kid !== 'string' || kid === '') throw configError('distrustKey takes the kid of a key')
      for (const { keys } of applications) keys.distrust(kid)
    },
  }
  return Object.assign(guard, { [pipelineKey]: pipeline })
}

/** Runs a step. Returns a promise, rejected with what the step throws. */
function promised<T>(step: () => MaybePromise<T>): Promise<T> {
  try {
    return Promise.resolve(step())
  } catch (error) {
    return rejected(error)
  }
}

const turn = Promise.resolve()

/** Rejects on the next microtask: Node's unhandled-rejection tracking is slower, and so is throwing. */
function rejected(error: unknown): Promise<never> {
  return new Promise((_, reject) => {
    turn.then(() => reject(error))
  })
}

/** Takes effect in this process before it waits for the store. */
async function revoke(whose: unknown, { revocations, challenge, verify }: Settings): Promise<void> {
  const { now, applications, legacyPool } = verify
  // A legacy token names its application itself.
  const appIds = legacyPool === undefined ? applications.map(({ appId }) => appId) : undefined
  const refusal = await revocations.revoke(revocationOf(whose, now(), appIds))
  if (refusal !== undefined) throw guardError(refusal, challenge)
}

function forget(whose: unknown, { access, introspection }: Settings): void {
  const given = new OptionReader(whose, 'forget.', Object.keys(forgetOptions))
  if (given.read('everyone', forgetOptions.everyone)) {
    access.decisions.forget({})
    introspection?.forget()
  } else if (given.has('userId')) access.decisions.forget({ userId: given.read('userId', forgetOptions.userId) })
  else access.decisions.forget({ clientId: given.read('clientId', forgetOptions.clientId) })
}
