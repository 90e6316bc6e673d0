import { type AddressRules, checkAddress, checkIssuer } from '../common/address.js'
import type { Json } from '../common/claims.js'
import type { ClockAndRandom } from '../common/clock.js'
import { configError } from '../common/config-error.js'
import type { OptionReader } from '../common/option-reader.js'
import type { Algorithm } from '../crypto/algorithm.js'
import type { KeysReporter } from '../jwks/events.js'
import { inspectKey } from '../jwks/key.js'
import { readMembers } from '../jwks/key-set.js'
import { Keys } from '../jwks/keys.js'
import type { KeyLifetimes } from '../jwks/lifetimes.js'
import {
  type FetchSettings,
  jwksFetcher,
  type KeyFetcher,
  type KeySource,
  remoteSource,
  staticFetcher,
} from '../jwks/source.js'
import type { GuardStore } from '../store/contract.js'
import type { Events } from '../telemetry/events.js'
import type { Application } from '../token/application.js'
import { applicationOptions } from './option-tables.js'

/** What all applications of a guard share. */
export interface ApplicationContext {
  readonly algorithms: ReadonlySet<Algorithm>
  readonly isProduction: boolean
  readonly fetching: FetchSettings
  readonly lifetimes: KeyLifetimes
  readonly clock: ClockAndRandom
  readonly events: Events
  /** Where instances share the keys that they fetch. */
  readonly store: GuardStore | undefined
}

/** For keys that the options give, which are not fetched again. */
const forever: KeyLifetimes = {
  maxAge: Number.POSITIVE_INFINITY,
  staleIfError: 0,
  staleIfUnusable: 0,
  abandonAfter: 4,
  canOutliveRequest: true,
}

/** Reads one application's options: one {@link Application} for each of its issuers. @throws {TypeError} */
export function applicationsOf(given: OptionReader, context: ApplicationContext): readonly Application[] {
  const { issuer: issuers, appId, appSecret: secrets, ...options } = given.values(applicationOptions)
  const rules = { allowHttp: options.allowHttp, isProduction: context.isProduction }
  if (secrets.length > 0 && !context.algorithms.has('HS256')) {
    throw given.invalid(
      'appSecret',
      "verifies HS256 tokens, and algorithms leaves 'HS256' out: take one of the two away",
    )
  }
  const audience = new Set(options.audience ?? [appId])
  const named = keyFetcherOf(given, options, rules, context)
  const isGiven = options.jwks !== undefined
  return issuers.map((issuer) => {
    const url = checkIssuer(given, issuer, rules)
    const source = named ?? jwksFetcher(placesOf(url, appId), context.algorithms, context.fetching)
    const snapshotKey = JSON.stringify([issuer, appId, options.jwksUri ?? null, [...context.algorithms].sort()])
    const supply = isGiven ? remoteSource(source) : sourceOf(source, snapshotKey, context)
    const report = reporter(issuer, appId, context.events)
    const keys = new Keys(supply, isGiven ? forever : context.lifetimes, context.clock, report)
    return { issuer, appId, audience, secrets, keys }
  })
}

/** Keys from the issuer directly, or through the store. */
function sourceOf(
  source: KeyFetcher,
  snapshotKey: string,
  { store, algorithms: allowed, lifetimes }: ApplicationContext,
): KeySource {
  return store?.keySource(source, { snapshotKey, allowed, lifetimes }) ?? remoteSource(source)
}

/** Applications of one issuer must differ in appId and audiences: a token must be for one of them. @throws {TypeError} */
export function checkDistinct(applications: readonly Application[]): void {
  const taken = new Set<string>()
  for (const { issuer, appId, audience } of applications) {
    for (const name of new Set([appId, ...audience])) {
      const pair = JSON.stringify([issuer, name])
      if (taken.has(pair))
        throw configError(
          `two apps have the issuer ${issuer} and the appId or audience ${name}: a token must be for one of them`,
        )
      taken.add(pair)
    }
  }
}

/** The source of `jwksUri` or `jwks`; undefined where neither is given. */
function keyFetcherOf(
  given: OptionReader,
  { jwksUri, jwks: document }: { readonly jwksUri: string | undefined; readonly jwks: unknown },
  rules: AddressRules,
  { algorithms, fetching }: ApplicationContext,
): KeyFetcher | undefined {
  if (jwksUri !== undefined) {
    if (document !== undefined) throw given.invalid('jwksUri', 'and jwks are both given: name one of them')
    checkAddress(given, 'jwksUri', jwksUri, rules)
    return jwksFetcher([jwksUri], algorithms, fetching)
  }
  if (document === undefined) return undefined
  const copy = copyOf(document)
  const { members = [], fault } = readMembers({ document: copy })
  if (fault?.fault === 'too_many_keys') throw given.invalid('jwks', fault.words)
  const faults = members.map((jwk) => inspectKey(jwk, algorithms))
  if (!faults.some((fault) => typeof fault !== 'string')) {
    throw given.invalid(
      'jwks',
      `holds no public key that verifies signatures (${faults.join('; ') || 'it must be { keys: [...] }'})`,
    )
  }
  return staticFetcher(copy, algorithms)
}

/** A copy, which later changes of the original do not reach; null for what JSON cannot represent. */
function copyOf(document: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(document) ?? 'null')
  } catch {
    return null
  }
}

function reporter(issuer: string, appId: string, events: Events): KeysReporter {
  return {
    get hasListeners() {
      return events.hasListeners
    },
    emit: (event) => events.emit({ issuer, appId, ...event }),
  }
}

/** The two addresses at which Authing deployments serve the JWKS. */
export function placesOf(issuer: URL, appId: string): readonly [string, ...string[]] {
  const first = `${issuer.href.replace(/\/$/, '')}/.well-known/jwks.json`
  const second = `${issuer.origin}/${encodeURIComponent(appId)}/oidc/.well-known/jwks.json`
  return first === second ? [first] : [first, second]
}
