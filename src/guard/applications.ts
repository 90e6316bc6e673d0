import { type AddressRules, checkAddress, checkIssuer } from '../common/address.js'
import type { Json } from '../common/claims.js'
import type { ClockAndRandom } from '../common/clock.js'
import { configError } from '../common/config-error.js'
import type { OptionReader } from '../common/option-reader.js'
import type { Algorithm } from '../crypto/algorithm.js'
import { inspectKey } from '../jwks/key.js'
import { readJwks } from '../jwks/key-set.js'
import { Keys } from '../jwks/keys.js'
import type { KeyLifetimes } from '../jwks/lifetimes.js'
import { type FetchSettings, type KeySource, remoteSource, staticSource } from '../jwks/source.js'
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
  readonly emit: Events['emit']
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
  const { algorithms: allowed, lifetimes, store } = context
  const rules = { allowHttp: options.allowHttp, isProduction: context.isProduction }
  if (secrets.length > 0 && !allowed.has('HS256')) {
    const what = "verifies HS256 tokens, and algorithms leaves 'HS256' out: take one of the two away"
    throw given.invalid('appSecret', what)
  }
  const audience = new Set(options.audience ?? [appId])
  const named = namedSourceOf(given, options, rules, context)
  const isGiven = options.jwks !== undefined
  return issuers.map((issuer) => {
    const url = checkIssuer(given, issuer, rules)
    const source = named ?? remoteSource(placesOf(url, appId), allowed, context.fetching)
    const snapshotKey = JSON.stringify([issuer, appId, options.jwksUri ?? null, [...allowed].sort()])
    const shared = isGiven ? undefined : store?.keySource(source, { snapshotKey, allowed, lifetimes })
    const keys = new Keys(shared ?? source, isGiven ? forever : lifetimes, context.clock, (event) =>
      context.emit({ issuer, appId, ...event }),
    )
    return { issuer, appId, audience, secrets, keys }
  })
}

/** Applications of one issuer must differ in appId and audiences: a token must be for one of them. @throws {TypeError} */
export function checkDistinct(applications: readonly Application[]): void {
  const taken = new Set<string>()
  for (const { issuer, appId, audience } of applications) {
    for (const name of new Set([appId, ...audience])) {
      const pair = JSON.stringify([issuer, name])
      const what = `two apps have the issuer ${issuer} and the appId or audience ${name}`
      if (taken.has(pair)) throw configError(`${what}: a token must be for one of them`)
      taken.add(pair)
    }
  }
}

/** The source of `jwksUri` or `jwks`; undefined where neither is given. */
function namedSourceOf(
  given: OptionReader,
  { jwksUri, jwks: document }: { readonly jwksUri: string | undefined; readonly jwks: unknown },
  rules: AddressRules,
  { algorithms, fetching }: ApplicationContext,
): KeySource | undefined {
  if (jwksUri !== undefined) {
    if (document !== undefined) throw given.invalid('jwksUri', 'and jwks are both given: name one of them')
    checkAddress(given, 'jwksUri', jwksUri, rules)
    return remoteSource([jwksUri], algorithms, fetching)
  }
  if (document === undefined) return undefined
  const copy = copyOf(document)
  const { list = [], fault } = readJwks({ document: copy })
  if (fault?.fault === 'too_many_keys') throw given.invalid('jwks', fault.words)
  const faults = list.map((jwk) => inspectKey(jwk, algorithms))
  if (!faults.some((fault) => typeof fault !== 'string')) {
    const why = faults.join('; ') || 'it must be { keys: [...] }'
    throw given.invalid('jwks', `holds no public key that verifies signatures (${why})`)
  }
  return staticSource(copy, algorithms)
}

/** A copy, which later changes of the original do not reach; null for what JSON cannot represent. */
function copyOf(document: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(document) ?? 'null')
  } catch {
    return null
  }
}

/** The two addresses at which Authing deployments serve the JWKS. */
export function placesOf(issuer: URL, appId: string): readonly [string, ...string[]] {
  const first = `${issuer.href.replace(/\/$/, '')}/.well-known/jwks.json`
  const second = `${issuer.origin}/${encodeURIComponent(appId)}/oidc/.well-known/jwks.json`
  return first === second ? [first] : [first, second]
}
