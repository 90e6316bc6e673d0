import { Decisions } from '../authorization/decisions.js'
import { ownHook, type PermissionHook } from '../authorization/permission-hook.js'
import type { AccessSettings } from '../authorization/permission-rules.js'
import { SharedDecisions } from '../authorization/shared-decisions.js'
import { systemClock } from '../common/clock.js'
import type { ChallengeWriter } from '../common/errors.js'
import type { Fetch } from '../common/http.js'
import { OptionReader } from '../common/option-reader.js'
import { onlineGiven, onlineOf, whenOf } from '../introspection/options.js'
import type { TokenIntrospection } from '../introspection/token-introspection.js'
import type { Revocations } from '../revocation/revocations.js'
import { storeOf } from '../store/options.js'
import type { SealedStore } from '../store/sealed-store.js'
import type { Channel } from '../telemetry/channel.js'
import { type Events, eventsFor, type GuardName } from '../telemetry/events.js'
import type { AdmissionSettings } from '../token/admission.js'
import type { ConfiguredApplication } from '../token/application.js'
import type { BearerPrefix } from '../token/bearer.js'
import { type CacheSettings, TokenCache } from '../token/cache.js'
import { HeaderCache } from '../token/header.js'
import type { TokenStatusCheck } from '../token/status-check.js'
import { acceptOf, accessKeysOf, algorithmsOf, legacyPoolOf } from '../token/token-options.js'
import type { VerifySettings } from '../token/verify.js'
import { type ApplicationContext, applicationNames, applicationsOf, checkDistinct } from './applications.js'
import { challenger } from './challenge.js'
import { realmOf, resourceMetadataOf } from './challenge-options.js'
import { FirstUse, type Warn } from './misuse.js'
import { statusChecksOf } from './status-checks.js'

/** The options, checked and worked out once: a request only reads. */
export interface Settings {
  readonly verify: VerifySettings
  readonly admission: AdmissionSettings
  readonly bearerPrefix: BearerPrefix
  /** Whether a request without credentials passes, as nobody. */
  readonly admitsAnonymous: boolean
  readonly challenge: ChallengeWriter
  readonly events: Events
  readonly access: AccessSettings
  /** In the order in which they are asked. */
  readonly statusChecks: readonly TokenStatusCheck[]
  /** Notices guards that are made for one request each. */
  readonly firstUse: FirstUse | undefined
  /** Undefined where nobody is to be asked about a token. */
  readonly online: TokenIntrospection | undefined
  readonly revocations: Revocations
  readonly store: SealedStore | undefined
  /** Undefined where nothing is to be remembered. */
  readonly cache: TokenCache | undefined
}

const commonNames = [
  'accept',
  'accessKeys',
  'delegates',
  'algorithms',
  'bearerPrefix',
  'credentials',
  'clockTolerance',
  'maxTokenAge',
  'userPool',
  'checkPermission',
  'isRevoked',
  'store',
  'roles',
  'bareScopes',
  'keys',
  'cache',
  'online',
  'realm',
  'resourceMetadata',
  'onEvent',
  'fetch',
  'now',
] as const

const day = 86_400

/** What a guard takes from the machine it runs on, but for the clock and `fetch`, which are options. */
export interface RuntimeEnvironment {
  readonly isProduction: boolean
  /** Whether what a request begins goes on when it is answered. */
  readonly canOutliveRequest: boolean
  /** From 0 to 1, like `Math.random`. */
  readonly random: () => number
  readonly channel: Channel | undefined
  readonly warn: Warn
}

/**
 * Options to settings.
 *
 * @throws {TypeError} that says what is wrong with which option, and where to find the right value.
 */
export function settingsOf(
  options: unknown,
  { isProduction, canOutliveRequest, random, channel, warn }: RuntimeEnvironment,
): Settings {
  const given = new OptionReader(options, '', [...applicationNames, 'apps', ...commonNames])
  const now = given.optionalFunction<() => number>('now') ?? systemClock
  const algorithms = algorithmsOf(given)
  const legacyPool = legacyPoolOf(given, algorithms)
  const named: GuardName['applications'][number][] = []
  const name: GuardName = { applications: named, userPoolId: legacyPool?.id }
  const events = eventsFor(given.optionalFunction('onEvent'), channel, name)
  const keys = new OptionReader(given.object('keys'), 'keys.', ['freshFor', 'staleFor', 'timeout', 'maxBytes'])
  const timeout = keys.seconds('timeout', { min: 0.01, max: 30 }) ?? 3
  const shared = storeOf(given, { emit: events.emit, now, random })
  const staleFor = keys.seconds('staleFor', { min: 0, max: 7 * day }) ?? day
  const context: ApplicationContext = {
    algorithms,
    isProduction,
    events,
    store: shared?.store,
    clock: { now, random },
    lifetimes: {
      freshFor: keys.seconds('freshFor', { min: 1, max: day }) ?? 600,
      staleFor,
      staleForAnswers: Math.min(staleFor, 3600),
      // The store may be asked before, and told after.
      abandonAfter: timeout + 1 + 3 * (shared?.timeout ?? 0),
      canOutliveRequest,
    },
    fetching: {
      fetch: given.optionalFunction<Fetch>('fetch') ?? ((url, init) => fetch(url, init)),
      timeout,
      maxBytes: keys.count('maxBytes', { min: 1024, max: 16 * 1024 * 1024 }) ?? 262_144,
    },
  }
  const configured = readApplications(given, context, legacyPool !== undefined)
  const applications = configured.flatMap((one) => one.applications)
  checkDistinct(applications)
  for (const { issuer, appId } of applications) named.push({ issuer, appId })
  const hasSecret = legacyPool !== undefined || applications.some(({ secrets }) => secrets.length > 0)
  if (given.get('algorithms') !== undefined && algorithms.has('HS256') && !hasSecret) {
    throw given.invalid('algorithms', "holds 'HS256', and there is no appSecret to verify it with")
  }
  const tolerance = given.seconds('clockTolerance', { min: 0, max: 300 })
  const times = {
    toleranceAfterEnd: tolerance ?? 5,
    toleranceAhead: tolerance ?? 60,
    maxTokenAge: given.seconds('maxTokenAge', { min: 1, max: 366 * day }),
  }
  const cacheSettings = cacheOf(given)
  const asked = onlineGiven(given, configured)
  const when = whenOf(asked, legacyPool !== undefined)
  const admission: AdmissionSettings = {
    accept: acceptOf(given, when),
    accessKeys: accessKeysOf(given),
    allowDelegates: given.choice('delegates', ['refuse', 'allow']) === 'allow',
  }
  const storeTimeout = shared?.timeout ?? 0
  const online =
    asked &&
    onlineOf(asked, configured, {
      fetch: context.fetching.fetch,
      clock: context.clock,
      emit: events.emit,
      isProduction,
      store: shared?.store,
      canOutliveRequest,
      when,
      times,
      admission,
      storeTimeout,
    })
  const sharedDecisions = shared && new SharedDecisions(shared.store, now, random, canOutliveRequest)
  const introspectionCheck: TokenStatusCheck | undefined =
    online !== undefined && when === 'always' ? (...request) => online.confirm(...request) : undefined
  return {
    cache: cacheSettings && new TokenCache(cacheSettings, times, now),
    verify: { applications, legacyPool, algorithms, now, headers: new HeaderCache(), times },
    admission,
    access: accessOf(given, { now, events, online, canOutliveRequest, shared: sharedDecisions }),
    bearerPrefix: given.choice('bearerPrefix', ['required', 'optional']),
    admitsAnonymous: given.choice('credentials', ['required', 'optional']) === 'optional',
    challenge: challenger(realmOf(given), resourceMetadataOf(given)),
    events,
    ...statusChecksOf(given, { shared, times, events, canOutliveRequest, now, introspectionCheck }),
    store: shared?.store,
    online,
    // Where nothing outlives a request, as on Workers, a guard for each is no misuse.
    firstUse: canOutliveRequest ? new FirstUse(name, now, events, warn) : undefined,
  }
}

function readApplications(
  given: OptionReader,
  context: ApplicationContext,
  hasPool: boolean,
): readonly ConfiguredApplication[] {
  const apps = given.get('apps')
  const named = applicationNames.filter((name) => given.get(name) !== undefined)
  if (apps === undefined) {
    // A pool's legacy tokens alone need no application; half of one is a mistake.
    if (hasPool && named.length === 0) return []
    return [{ given, where: '', applications: applicationsOf(given, context) }]
  }
  if (named.length > 0)
    throw given.invalid('apps', `and ${named.join(', ')} are both given: put each application into apps`)
  if (!Array.isArray(apps) || apps.length === 0) throw given.invalid('apps', 'must be a list of { issuer, appId }')
  return apps.map((app, at) => {
    const where = `apps[${at}].`
    const own = new OptionReader(app, where, [...applicationNames, 'online'])
    return { given: own, where, applications: applicationsOf(own, context) }
  })
}

interface AccessContext {
  readonly now: () => number
  readonly events: Events
  readonly online: TokenIntrospection | undefined
  readonly canOutliveRequest: boolean
  readonly shared: SharedDecisions | undefined
}

function accessOf(
  given: OptionReader,
  { now, events, online, canOutliveRequest, shared }: AccessContext,
): AccessSettings {
  const hook = given.optionalFunction<PermissionHook>('checkPermission')
  const checkPermission = hook && ownHook(hook)
  const remember = checkPermission?.remember ?? 0
  const sharedAs = checkPermission?.sharedAs
  if (!(remember >= 0 && remember <= 300))
    throw given.invalid('checkPermission', 'must have a remember of 0 to 300 seconds')
  if (sharedAs !== undefined && (typeof sharedAs !== 'string' || sharedAs === ''))
    throw given.invalid('checkPermission', 'must have a sharedAs that is a string, or none')
  const roles = given.get('roles') === undefined ? undefined : given.choice('roles', ['claim', 'authing'])
  if (roles === 'authing' && checkPermission?.hasRole === undefined) {
    throw given.invalid(
      'roles',
      "is 'authing', which needs checkPermission: authingPermissions() of authing-guard/permissions",
    )
  }
  const expandsBareScopes = given.choice('bareScopes', ['literal', 'expand']) === 'expand'
  const decisions = new Decisions(now, canOutliveRequest, sharedAs === undefined ? undefined : shared)
  return { checkPermission, roles, expandsBareScopes, online, decisions, report: events }
}

function cacheOf(given: OptionReader): CacheSettings | undefined {
  if (given.get('cache') === false) return undefined
  const cache = new OptionReader(given.object('cache'), 'cache.', ['maxEntries', 'maxBytes', 'maxAge'])
  return {
    maxEntries: cache.count('maxEntries', { min: 1, max: 1_000_000 }) ?? 10_000,
    maxBytes: cache.count('maxBytes', { min: 65_536, max: 2 ** 32 }) ?? 32 * 1024 * 1024,
    maxAge: cache.seconds('maxAge', { min: 1, max: 300 }) ?? 300,
  }
}
