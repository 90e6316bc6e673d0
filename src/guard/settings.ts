import { Decisions, type Forgotten } from '../authorization/decisions.js'
import type { AccessSettings } from '../authorization/permission-rules.js'
import type { ChallengeWriter } from '../common/errors.js'
import type { Fetch } from '../common/http.js'
import { OptionReader } from '../common/option-reader.js'
import type { OptionValues } from '../common/options.js'
import type { GuardIntrospection } from '../introspection/contract.js'
import type { GuardStore } from '../store/contract.js'
import type { Channel } from '../telemetry/channel.js'
import { type Events, GuardEvents, type GuardName } from '../telemetry/events.js'
import type { AdmissionSettings } from '../token/admission.js'
import type { ConfiguredApplication } from '../token/application.js'
import type { BearerPrefix } from '../token/bearer.js'
import { TokenCache } from '../token/cache.js'
import { HeaderCache } from '../token/header.js'
import type { TokenStatusCheck } from '../token/status-check.js'
import { acceptOf, algorithmsOf, legacyPoolOf } from '../token/token-options.js'
import type { VerifySettings } from '../token/verify.js'
import { type ApplicationContext, applicationsOf, checkDistinct } from './applications.js'
import { challenger } from './challenge.js'
import { DevelopmentLog, type Terminal } from './development-log.js'
import { FirstUse, type Warn } from './misuse.js'
import { applicationOptions, commonOptions } from './option-tables.js'
import { introspectionPartOf, storePartOf } from './parts.js'
import type { ResourceMetadata } from './resource-metadata.js'
import { type StatusChecks, statusChecksOf } from './status-checks.js'

/** The options, checked once. Requests only read them. */
export interface Settings extends StatusChecks {
  readonly verify: VerifySettings
  readonly admission: AdmissionSettings
  readonly bearerPrefix: BearerPrefix
  /** Whether a request without credentials passes as anonymous. */
  readonly admitsAnonymous: boolean
  readonly challenge: ChallengeWriter
  readonly resourceMetadata: ResourceMetadata | undefined
  readonly events: Events
  readonly access: AccessSettings
  /** Called by `guard.forget`. What else caches something about callers adds itself. */
  readonly onForget: ((whose: Forgotten) => void)[]
  readonly fetch: Fetch
  /** Notices that guards are made per request. Undefined where that is right, as on Workers. */
  readonly firstUse: FirstUse | undefined
  /** Undefined in production, and where events tell the same. */
  readonly developmentLog: DevelopmentLog | undefined
  readonly introspection: GuardIntrospection | undefined
  readonly store: GuardStore | undefined
  /** The options, for the commands. A function, so that no printed guard shows a secret. */
  readonly source: () => unknown
  /** The token cache; undefined where it is off. */
  readonly cache: TokenCache | undefined
}

const applicationNames = Object.keys(applicationOptions)

/** Seconds for which stale keys are used at most while the issuer's answers are unusable: somebody else may answer. */
const maxStaleIfUnusable = 3600

/** What a guard takes from its runtime, besides the clock and `fetch`, which are options. */
export interface RuntimeEnvironment {
  readonly isProduction: boolean
  /** False where the runtime cancels pending work after the response. */
  readonly canOutliveRequest: boolean
  /** From 0 to 1, like `Math.random`. */
  readonly random: () => number
  readonly channel: Channel | undefined
  readonly warn: Warn
  /** The terminal of a developer; undefined where `NODE_ENV` says that there is none. */
  readonly terminal: Terminal | undefined
}

/**
 * Options to settings.
 *
 * @throws {TypeError} that says what is wrong with which option, and where to find the right value.
 */
export function settingsOf(
  options: unknown,
  { isProduction, canOutliveRequest, random, channel, warn, terminal }: RuntimeEnvironment,
): Settings {
  const given = new OptionReader(options, '', [...applicationNames, 'apps', ...Object.keys(commonOptions)])
  const common = given.values(commonOptions)
  const { now, jwksCache, tokenCache } = common
  const algorithms = algorithmsOf(common.algorithms)
  const legacyPool = legacyPoolOf(common.userPool, algorithms)
  const named: GuardName['applications'][number][] = []
  const name: GuardName = { applications: named, userPoolId: legacyPool?.id }
  const events = new GuardEvents(common.onEvent, channel, name)
  const store = storePartOf(common.store)?.bind({ emit: events.emit, now, random })
  const context: ApplicationContext = {
    algorithms,
    isProduction,
    emit: events.emit,
    store,
    clock: { now, random },
    lifetimes: {
      maxAge: jwksCache.maxAge,
      staleIfError: jwksCache.staleIfError,
      staleIfUnusable: maxStaleIfUnusable,
      // The store may be read before the fetch, and written after it.
      abandonAfter: jwksCache.timeout + 1 + 3 * (store?.timeout ?? 0),
      canOutliveRequest,
    },
    fetching: {
      fetch: common.fetch ?? ((url, init) => fetch(url, init)),
      timeout: jwksCache.timeout,
      maxBytes: jwksCache.maxBytes,
    },
  }
  const configured = readApplications(given, context, legacyPool !== undefined)
  const applications = configured.flatMap((one) => one.applications)
  checkDistinct(applications)
  for (const { issuer, appId } of applications) named.push({ issuer, appId })
  const writesLog = common.developmentLog && common.onEvent === undefined
  const hasSecret = legacyPool !== undefined || applications.some(({ secrets }) => secrets.length > 0)
  if (common.algorithms?.has('HS256') && !hasSecret) {
    throw given.invalid('algorithms', "holds 'HS256', and there is no appSecret to verify it with")
  }
  const times = { ...common.clockTolerance, maxTokenAge: common.maxTokenAge }
  const part = introspectionPartOf(common.introspection, configured, legacyPool !== undefined)
  const when = part?.when ?? 'never'
  const admission: AdmissionSettings = {
    accept: acceptOf(common.accept, when),
    accessKeys: common.accessKeys,
    allowDelegates: common.delegates === 'allow',
  }
  const introspection = part?.bind({
    applications: configured,
    fetch: context.fetching.fetch,
    clock: context.clock,
    emit: events.emit,
    isProduction,
    canOutliveRequest,
    times,
    admission,
  })
  const introspectionCheck: TokenStatusCheck | undefined =
    introspection !== undefined && when === 'always'
      ? (identity, token) => introspection.checkStatus(identity, token)
      : undefined
  const verify = { applications, legacyPool, algorithms, now, headers: new HeaderCache(), times }
  const access = accessOf(given, common, { now, events, introspection, canOutliveRequest })
  return {
    source: () => options,
    cache: tokenCache === false ? undefined : new TokenCache(tokenCache, times, now),
    verify,
    admission,
    access,
    onForget: [(whose) => access.decisions.forget(whose)],
    fetch: context.fetching.fetch,
    bearerPrefix: common.bearerPrefix,
    admitsAnonymous: common.credentials === 'optional',
    challenge: challenger(common.realm, common.resourceMetadata?.address),
    resourceMetadata: common.resourceMetadata,
    events,
    ...statusChecksOf(common.isRevoked, { store, verify, events, canOutliveRequest, introspectionCheck }),
    developmentLog: terminal && writesLog ? new DevelopmentLog(now, terminal) : undefined,
    store,
    introspection,
    // Where nothing outlives a request, as on Workers, a guard per request is right.
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
    // A guard of legacy tokens alone needs no application; an incomplete one is a mistake.
    if (hasPool && named.length === 0) return []
    return [{ given, where: '', applications: applicationsOf(given, context) }]
  }
  if (named.length > 0)
    throw given.invalid('apps', `and ${named.join(', ')} are both given: put each application into apps`)
  if (!Array.isArray(apps) || apps.length === 0) throw given.invalid('apps', 'must be a list of { issuer, appId }')
  return apps.map((app, at) => {
    const where = `apps[${at}].`
    const own = new OptionReader(app, where, [...applicationNames, 'introspection'])
    return { given: own, where, applications: applicationsOf(own, context) }
  })
}

interface AccessContext {
  readonly now: () => number
  readonly events: Events
  readonly introspection: GuardIntrospection | undefined
  readonly canOutliveRequest: boolean
}

function accessOf(
  given: OptionReader,
  { checkPermission, roles, bareScopes }: OptionValues<typeof commonOptions>,
  { now, events, introspection, canOutliveRequest }: AccessContext,
): AccessSettings {
  if (roles === 'authing' && checkPermission?.hasRole === undefined) {
    throw given.invalid(
      'roles',
      "is 'authing', which needs checkPermission: authingPermissions() of authing-guard/permissions, or { check, hasRole }",
    )
  }
  const expandsBareScopes = bareScopes === 'expand'
  const decisions = new Decisions(now, canOutliveRequest, events)
  return { checkPermission, roles, expandsBareScopes, introspection, decisions }
}
