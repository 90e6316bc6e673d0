import type { Forgotten } from '../authorization/decisions.js'
import type { RegisteredClaims } from '../common/claims.js'
import { configError } from '../common/config-error.js'
import { guardError } from '../common/errors.js'
import type { Identity } from '../common/identity.js'
import type { MaybePromise } from '../common/maybe-promise.js'
import { OptionReader, readOptions } from '../common/option-reader.js'
import { flag, seconds, type TableOf, text } from '../common/options.js'
import { revocationOf } from '../revocation/revocation.js'
import { type Channel, openChannel } from '../telemetry/channel.js'
import type { Guard, GuardFor } from './contract.js'
import {
  cancelsWorkAfterResponse,
  developerTerminal,
  isPage,
  isProduction,
  optionsFromEnvironment,
  warn,
} from './environment.js'
import { healthOf, warmUp } from './health.js'
import { noteMisuses } from './misuse.js'
import { observerOf, watchOf } from './observe.js'
import type { GuardOptions } from './options.js'
import { admitAnonymous, type Caller, createPipeline, type Pipeline, refuseAnonymous } from './pipeline.js'
import { type Settings, settingsOf } from './settings.js'

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
export function createGuard<Own extends object>(
  ...given: [options?: GuardOptions & { readonly credentials?: 'required' }]
): GuardFor<Identity<Own & RegisteredClaims>>
export function createGuard<Own extends object>(
  options: GuardOptions,
): GuardFor<Identity<Own & RegisteredClaims> | undefined>
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

/** The settings of a guard, for what works beside one. @throws {TypeError} for anything else. */
export function settingsOfGuard(value: unknown): Settings {
  if (isGuard(value)) return value[pipelineKey].settings
  throw configError('the first argument must be a guard: make one with createGuard({ issuer, appId }), once')
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
    terminal: developerTerminal(),
  })
}

function isGuard(value: unknown): value is PipelineGuard {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && pipelineKey in value
}

/** The Guard of a pipeline. */
export function guardOf<Who extends Caller>(pipeline: Pipeline<Who>): GuardFor<Who | Identity> {
  const { applications } = pipeline.settings.verify
  const guard: GuardFor<Who | Identity> = {
    verifyToken: (token) => promised(() => pipeline.verifyToken(token, undefined, rejected)),
    authenticate: (header) => promised(() => pipeline.authenticate(header, undefined, rejected)),
    authorize: async (identity, requirement, request?: unknown, ...more: unknown[]) => {
      await pipeline.authorize(identity as Identity, requirement, request, more.length)
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

function forget(whose: unknown, { onForget, introspection }: Settings): void {
  const given = new OptionReader(whose, 'forget.', Object.keys(forgetOptions))
  const isEveryone = given.read('everyone', forgetOptions.everyone)
  const name = given.has('userId') ? 'userId' : 'clientId'
  const forgotten = isEveryone ? {} : { [name]: given.read(name, forgetOptions[name]) }
  for (const forget of onForget) forget(forgotten)
  if (isEveryone) introspection?.forget()
}
