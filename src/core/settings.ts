import { Decisions } from '../access/decisions.js'
import type { PermissionHook } from '../access/permission.js'
import type { AccessSettings } from '../access/questions.js'
import { type Algorithm, isAlgorithm, publicKeyAlgorithms } from '../verify/algorithm.js'
import type { Application } from '../verify/application.js'
import { type CacheSettings, RememberedTokens } from '../verify/cache.js'
import { HeaderMemory } from '../verify/header.js'
import type { LegacyPool } from '../verify/legacy.js'
import type { VerifySettings } from '../verify/verify.js'
import type { AdmissionSettings } from './admission.js'
import { type ApplicationContext, applicationNames, applicationsOf, checkDistinct } from './applications.js'
import type { BearerPrefix } from './bearer.js'
import { challenger } from './challenge.js'
import type { Challenger } from './errors.js'
import { type Emit, emitter } from './events.js'
import { Given } from './given.js'
import type { Fetch } from './http.js'
import type { TokenType } from './identity.js'
import { secretsOf } from './secret.js'

/** The options, checked and worked out once: a request only reads. */
export interface Settings {
  readonly verify: VerifySettings
  readonly admission: AdmissionSettings
  readonly bearerPrefix: BearerPrefix
  /** Whether a request without credentials passes, as nobody. */
  readonly admitsAnonymous: boolean
  readonly challenge: Challenger
  readonly emit: Emit | undefined
  readonly access: AccessSettings
  /** Undefined where nothing is to be remembered. */
  readonly cache: RememberedTokens | undefined
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
  'roles',
  'bareScopes',
  'keys',
  'cache',
  'realm',
  'resourceMetadata',
  'onEvent',
  'fetch',
  'now',
] as const

const tokenTypes = ['id_token', 'access_token', 'user_token'] as const
const everyAlgorithm: ReadonlySet<Algorithm> = new Set([...publicKeyAlgorithms, 'HS256'])
const day = 86_400

/** What a guard takes from the machine it runs on, but for the clock and `fetch`, which are options. */
export interface Surroundings {
  readonly isProduction: boolean
  /** Whether what a request begins goes on when it is answered. */
  readonly inBackground: boolean
  /** From 0 to 1, like `Math.random`. */
  readonly random: () => number
}

/**
 * Options to settings.
 *
 * @throws {TypeError} that says what is wrong with which option, and where to find the right value.
 */
export function settingsOf(options: unknown, { isProduction, inBackground, random }: Surroundings): Settings {
  const given = new Given(options, '', [...applicationNames, 'apps', ...commonNames])
  const now = functionOf<() => number>(given, 'now') ?? Date.now
  const emit = emitter(functionOf(given, 'onEvent'))
  const algorithms = algorithmsOf(given)
  const keys = new Given(given.object('keys'), 'keys.', ['freshFor', 'staleFor', 'timeout', 'maxBytes'])
  const timeout = keys.seconds('timeout', { least: 0.01, most: 30 }) ?? 3
  const staleFor = keys.seconds('staleFor', { least: 0, most: 7 * day }) ?? day
  const context: ApplicationContext = {
    algorithms,
    isProduction,
    emit,
    chances: { now, random },
    lifetimes: {
      freshFor: keys.seconds('freshFor', { least: 1, most: day }) ?? 600,
      staleFor,
      staleForAnswers: Math.min(staleFor, 3600),
      abandonAfter: timeout + 1,
      inBackground,
    },
    fetching: {
      fetch: functionOf<Fetch>(given, 'fetch') ?? ((url, init) => fetch(url, init)),
      timeout,
      maxBytes: keys.count('maxBytes', { least: 1024, most: 16 * 1024 * 1024 }) ?? 262_144,
    },
  }
  const legacyPool = legacyPoolOf(given, algorithms)
  const applications = readApplications(given, context, legacyPool !== undefined)
  checkDistinct(applications)
  const hasSecret = legacyPool !== undefined || applications.some(({ secrets }) => secrets.length > 0)
  if (given.get('algorithms') !== undefined && algorithms.has('HS256') && !hasSecret) {
    throw given.wrong('algorithms', "holds 'HS256', and there is no appSecret to verify it with")
  }
  const tolerance = given.seconds('clockTolerance', { least: 0, most: 300 })
  const times = {
    toleranceAfterEnd: tolerance ?? 5,
    toleranceAhead: tolerance ?? 60,
    maxTokenAge: given.seconds('maxTokenAge', { least: 1, most: 366 * day }),
  }
  const cacheSettings = cacheOf(given)
  return {
    cache: cacheSettings && new RememberedTokens(cacheSettings, times, now),
    verify: { applications, legacyPool, algorithms, now, headers: new HeaderMemory(), times },
    admission: {
      accept: acceptOf(given),
      accessKeys: accessKeysOf(given),
      allowDelegates: given.choice('delegates', ['refuse', 'allow']) === 'allow',
    },
    access: accessOf(given, now),
    bearerPrefix: given.choice('bearerPrefix', ['required', 'optional']),
    admitsAnonymous: given.choice('credentials', ['required', 'optional']) === 'optional',
    challenge: challenger(realmOf(given), resourceMetadataOf(given)),
    emit,
  }
}

function readApplications(given: Given, context: ApplicationContext, hasPool: boolean): readonly Application[] {
  const apps = given.get('apps')
  const named = applicationNames.filter((name) => given.get(name) !== undefined)
  if (apps === undefined) {
    // A pool's legacy tokens alone need no application; half of one is a mistake.
    return hasPool && named.length === 0 ? [] : applicationsOf(given, context)
  }
  if (named.length > 0)
    throw given.wrong('apps', `and ${named.join(', ')} are both given: put each application into apps`)
  if (!Array.isArray(apps) || apps.length === 0) throw given.wrong('apps', 'must be a list of { issuer, appId }')
  return apps.flatMap((app, at) => applicationsOf(new Given(app, `apps[${at}].`, applicationNames), context))
}

function accessOf(given: Given, now: () => number): AccessSettings {
  const checkPermission = functionOf<PermissionHook>(given, 'checkPermission')
  const { remember = 0 } = checkPermission ?? {}
  if (!(remember >= 0 && remember <= 300))
    throw given.wrong('checkPermission', 'must have a remember of 0 to 300 seconds')
  const roles = given.get('roles') === undefined ? undefined : given.choice('roles', ['claim', 'authing'])
  if (roles === 'authing' && checkPermission?.hasRole === undefined) {
    throw given.wrong(
      'roles',
      "is 'authing', which needs checkPermission: authingPermissions() of authing-guard/permissions",
    )
  }
  const expandsBareScopes = given.choice('bareScopes', ['literal', 'expand']) === 'expand'
  return { checkPermission, roles, expandsBareScopes, decisions: new Decisions(now) }
}

function cacheOf(given: Given): CacheSettings | undefined {
  if (given.get('cache') === false) return undefined
  const cache = new Given(given.object('cache'), 'cache.', ['maxEntries', 'maxBytes', 'maxAge'])
  return {
    maxEntries: cache.count('maxEntries', { least: 1, most: 1_000_000 }) ?? 10_000,
    maxBytes: cache.count('maxBytes', { least: 65_536, most: 2 ** 32 }) ?? 32 * 1024 * 1024,
    maxAge: cache.seconds('maxAge', { least: 1, most: 300 }) ?? 300,
  }
}

function legacyPoolOf(given: Given, algorithms: ReadonlySet<Algorithm>): LegacyPool | undefined {
  if (given.get('userPool') === undefined) return undefined
  const pool = new Given(given.get('userPool'), 'userPool.', ['id', 'jwtSecret'])
  const id = pool.text('id', "the user pool's ID (Authing console > Settings)")
  const what = "the user pool's jwtSecret, which is not the pool's secret"
  const secrets = secretsOf(pool, 'jwtSecret', what)
  if (!algorithms.has('HS256')) throw given.wrong('algorithms', "leaves out 'HS256', which the tokens of userPool have")
  if (secrets.length === 0) throw pool.wrong('jwtSecret', `is missing. It must be ${what}`)
  return { id, secrets }
}

function algorithmsOf(given: Given): ReadonlySet<Algorithm> {
  if (given.get('algorithms') === undefined) return everyAlgorithm
  const known = `one or several of ${[...everyAlgorithm].join(', ')}`
  const named = given.texts('algorithms', known)
  const algorithms = named.filter(isAlgorithm)
  if (algorithms.length < named.length) throw given.wrong('algorithms', `must be ${known}`)
  return new Set(algorithms)
}

function acceptOf(given: Given): ReadonlySet<TokenType> {
  if (given.get('accept') === undefined) return new Set(tokenTypes)
  const known = `one or several of ${tokenTypes.join(', ')}`
  const named = given.texts('accept', known)
  const types = tokenTypes.filter((type) => named.includes(type))
  if (types.length < named.length) throw given.wrong('accept', `must be ${known}`)
  return new Set(types)
}

function accessKeysOf(given: Given): 'any' | ReadonlySet<string> {
  const value = given.get('accessKeys')
  if (value === undefined || value === 'none') return new Set()
  if (value === 'any') return 'any'
  if (!Array.isArray(value)) throw given.wrong('accessKeys', "must be 'none', 'any' or a list of access keys")
  return new Set(given.texts('accessKeys', 'a list of access keys'))
}

// What a quoted-string may hold without escapes (RFC 9110, 5.6.4), in ASCII.
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/

function realmOf(given: Given): string {
  if (given.get('realm') === undefined) return 'authing'
  const realm = given.text('realm', 'a name for what is guarded')
  if (!plain.test(realm)) throw given.wrong('realm', 'must be printable ASCII without " and \\')
  return realm
}

function resourceMetadataOf(given: Given): string | undefined {
  if (given.get('resourceMetadata') === undefined) return undefined
  const text = given.text('resourceMetadata', 'the https URL of the metadata document (RFC 9728)')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw given.wrong('resourceMetadata', 'must be an https URL')
  return url.href
}

function functionOf<F extends (...args: never[]) => unknown>(given: Given, name: string): F | undefined {
  const value = given.get(name)
  if (value === undefined) return undefined
  if (isFunction<F>(value)) return value
  throw given.wrong(name, 'must be a function')
}

function isFunction<F>(value: unknown): value is F {
  return typeof value === 'function'
}
