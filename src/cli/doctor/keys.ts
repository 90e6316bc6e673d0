import type { FetchError } from '../../common/http.js'
import { readOptions } from '../../common/option-reader.js'
import { quote } from '../../common/quote.js'
import { publicKeyAlgorithms } from '../../crypto/algorithm.js'
import { placesOf } from '../../guard/applications.js'
import { trialGuard } from '../../guard/guard.js'
import type { ApplicationOptions, GuardOptions } from '../../guard/options.js'
import { inspectKey } from '../../jwks/key.js'
import { keysIn, maxKeys } from '../../jwks/key-set.js'
import { jwksCacheOptions } from '../../jwks/options.js'
import type { GuardEvent } from '../../telemetry/events.js'
import type { Watch } from '../explain/watch.js'
import type { Find, Finding } from './finding.js'

/** Seconds after which a copy of the JWKS out of a cache is old. */
const old = 3600

/** The `kid`s of the keys that a guard would use, and what was found out about them. */
export interface KeysFound {
  readonly keyIds: readonly string[]
  readonly findings: readonly Finding[]
}

/** Whether there are keys to verify with: a guard of these options fetches them, as it does for its first token. */
export async function keysFindings(
  options: GuardOptions,
  issuer: string,
  application: ApplicationOptions,
  watch: Watch,
  find: Find,
): Promise<KeysFound> {
  const { keyIds, skipped, error } = await fetched(options, issuer, application)
  const found = (...findings: readonly Finding[]) => ({ keyIds, findings })
  const keys = keyIds.map((kid) => `kid ${quote(kid)}`).join(', ')
  const places =
    application.jwksUri === undefined ? placesOf(new URL(issuer), application.appId) : [application.jwksUri]
  if (application.jwks !== undefined) return found(find('ok', 'keysGiven', { keys }), find('warning', 'keysGivenAge'))
  const answered = watch.answers.findLast(({ url, status }) => status === 200 && places.includes(url))
  const asked = answered?.url ?? places[0]
  const published = await publishedPlace(issuer, watch)
  const others = published.filter((place) => place !== asked)
  const [other] = await Promise.all(others.map((place) => keysAt(place, watch)))
  if (other !== undefined && other.keyIds.length > 0) {
    // An address with the appId in it is this application's, whichever of those that share the issuer that one publishes.
    const isOwn = error === undefined && asked.includes(`/${application.appId}/`)
    const isSame = other.keyIds.some((kid) => keyIds.includes(kid))
    if (!isOwn && !isSame) return found(find('wrong', 'keysElsewhere', { asked, place: other.place }))
  }
  if (error !== undefined) return found(find('wrong', await whyNone(asked, watch), { error }))
  return found(
    find('ok', 'keysOk', { place: asked, keys }),
    ...(skipped === '' ? [] : [find('warning', 'keysSkipped', { skipped })]),
    cacheFinding(new Headers(answered?.headers), options, find),
  )
}

/** Why no key of an address is used: each cause has its own advice. */
async function whyNone(place: string, watch: Watch): Promise<'keysDown' | 'keysTooMany' | 'keysUnfit' | 'keysFailed'> {
  const { isUnfit, isTooMany, error } = await keysAt(place, watch)
  if (error?.isTransient) return 'keysDown'
  if (isTooMany) return 'keysTooMany'
  return isUnfit ? 'keysUnfit' : 'keysFailed'
}

interface Fetched {
  readonly keyIds: readonly string[]
  readonly skipped: string
  /** Why there are none. */
  readonly error: string | undefined
}

/**
 * What a guard comes to know in its first fetch: one of the options that keys depend on, and no other. The rest is right
 * for all applications together, and may be wrong for one alone.
 */
async function fetched(options: GuardOptions, issuer: string, application: ApplicationOptions): Promise<Fetched> {
  const { jwksCache, fetch, now, algorithms = [] } = options
  const { appId, jwksUri, jwks, allowHttp } = application
  const published = algorithms.filter((algorithm) => algorithm !== 'HS256')
  const skipped: string[] = []
  const onEvent = (event: GuardEvent) => {
    skipped.push(...('skipped' in event ? event.skipped : []))
  }
  const serving = published.length === 0 ? undefined : published
  const place = { issuer, appId, jwksUri, jwks, allowHttp }
  const guard = trialGuard({ ...place, algorithms: serving, jwksCache, fetch, now, onEvent })
  const { state, applications } = await guard.ready({ timeout: 35 })
  const error = applications.map(({ lastError }) => lastError).join('')
  return {
    keyIds: applications.flatMap(({ keyIds }) => keyIds),
    skipped: skipped.join(', '),
    error: state === 'unavailable' ? error : undefined,
  }
}

/** Where the issuer says that its keys are: nowhere, where that is not at the issuer's own host. */
async function publishedPlace(issuer: string, watch: Watch): Promise<readonly string[]> {
  const { jwksUri = '' } = await watch.discovery(issuer)
  if (!URL.canParse(jwksUri)) return []
  const { href, origin } = new URL(jwksUri)
  return origin === new URL(issuer).origin ? [href] : []
}

/** The `kid`s of the usable keys at an address, or why there is no document. */
export async function keysAt(place: string, watch: Watch): Promise<KeysAt> {
  const allowed = new Set(publicKeyAlgorithms)
  const { document, error } = await watch.look(place)
  const list = keysIn(document) ?? []
  const keys = list.map((jwk) => inspectKey(jwk, allowed))
  const keyIds = keys.flatMap((key) => (typeof key === 'string' || key.kid === undefined ? [] : [key.kid]))
  const isUnfit = keys.length > 0 && keys.every((key) => typeof key === 'string')
  return { place, keyIds, isUnfit, isTooMany: list.length > maxKeys, error }
}

export interface KeysAt {
  readonly place: string
  readonly keyIds: readonly string[]
  /** Whether there are keys, and none of them is usable. */
  readonly isUnfit: boolean
  /** Whether there are more keys than a guard reads. */
  readonly isTooMany: boolean
  readonly error: FetchError | undefined
}

function cacheFinding(headers: Headers, { jwksCache }: GuardOptions, find: Find): Finding {
  const age = Number(headers.get('age') ?? 0)
  if (age > old) return find('warning', 'cacheOld', { age })
  const told = ['cache-control', 'age'].flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [`${name}: ${value.replace(/[^\x20-\x7e]/g, '?').slice(0, 80)}`]
  })
  const seconds = readOptions(jwksCacheOptions, jwksCache ?? {}, 'jwksCache.').maxAge
  if (told.length === 0) return find('ok', 'cacheNone', { seconds })
  return find('ok', 'cacheOk', { headers: told.join(', '), seconds })
}
