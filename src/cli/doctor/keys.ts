import { placesOf } from '../../core/applications.js'
import { createGuard } from '../../core/guard.js'
import type { ApplicationOptions, GuardOptions } from '../../core/options.js'
import { inspectKey } from '../../keys/key.js'
import { membersOf } from '../../keys/key-set.js'
import type { KeysNews } from '../../keys/news.js'
import { publicKeyAlgorithms } from '../../verify/algorithm.js'
import type { Watch } from '../explain/watch.js'
import type { Find, Finding } from './finding.js'

/** Seconds after which a copy of the JWKS out of a cache is old. */
const old = 3600

/** Whether there are keys to verify with: a guard of these options fetches them, as it does for its first token. */
export async function keysFindings(
  options: GuardOptions,
  issuer: string,
  application: ApplicationOptions,
  watch: Watch,
  find: Find,
): Promise<readonly Finding[]> {
  const news = await fetched(options, issuer, application)
  const places =
    application.jwksUri === undefined ? placesOf(new URL(issuer), application.appId) : [application.jwksUri]
  if (application.jwks !== undefined) {
    return [find('ok', 'keysGiven', { keys: named(news) }), find('warning', 'keysGivenAge')]
  }
  const answered = watch.answers.findLast(({ url, status }) => status === 200 && places.includes(url))
  const asked = answered?.url ?? places[0]
  const published = await publishedPlace(issuer, watch)
  if (news.type === 'keys_failed') {
    const works = published !== undefined && published !== asked && (await keysAt(published, watch)).length > 0
    return works
      ? [find('wrong', 'keysElsewhere', { asked, place: published })]
      : [find('wrong', 'keysFailed', { error: news.error })]
  }
  // An address with the appId in it is this application's, whichever of those that share the issuer that one publishes.
  if (published !== undefined && published !== asked && !asked.includes(`/${application.appId}/`)) {
    const others = await keysAt(published, watch)
    const isSame = others.length === 0 || others.some((kid) => news.keyIds.includes(kid))
    if (!isSame) return [find('wrong', 'keysElsewhere', { asked, place: published })]
  }
  const skipped = news.skipped.join(', ')
  return [
    find('ok', 'keysOk', { place: asked, keys: named(news) }),
    ...(skipped === '' ? [] : [find('warning', 'keysSkipped', { skipped })]),
    cacheFinding(answered?.headers ?? new Headers(), options, find),
  ]
}

/** What a guard tells of its first fetch. */
async function fetched(options: GuardOptions, issuer: string, application: ApplicationOptions): Promise<KeysNews> {
  let told: KeysNews = { type: 'keys_failed', state: 'unavailable', error: 'no answer' }
  const { apps: _, userPool: _pool, ...common } = options
  const guard = createGuard({
    ...common,
    ...application,
    issuer,
    onEvent: (event) => {
      if (event.type !== 'refused') told = event
    },
  })
  await guard.ready({ timeout: 35 })
  return told
}

function named(news: KeysNews): string {
  return news.type === 'keys_refreshed' ? news.keyIds.map((kid) => `kid ${kid}`).join(', ') : news.error
}

/** Where the issuer says that its keys are, if that is at the issuer's own host. */
async function publishedPlace(issuer: string, watch: Watch): Promise<string | undefined> {
  const { jwksUri } = await watch.discovery(issuer)
  if (jwksUri === undefined || !URL.canParse(jwksUri)) return undefined
  const { href, origin } = new URL(jwksUri)
  return origin === new URL(issuer).origin ? href : undefined
}

/** The `kid`s of the usable keys at an address. */
async function keysAt(place: string, watch: Watch): Promise<readonly string[]> {
  const allowed = new Set(publicKeyAlgorithms)
  return membersOf((await watch.document(place)) ?? null)
    .map((jwk) => inspectKey(jwk, allowed))
    .flatMap((key) => (typeof key === 'string' || key.kid === undefined ? [] : [key.kid]))
}

function cacheFinding(headers: Headers, { keys }: GuardOptions, find: Find): Finding {
  const age = Number(headers.get('age') ?? 0)
  if (age > old) return find('warning', 'cacheOld', { age })
  const told = ['cache-control', 'age'].flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [`${name}: ${value.replace(/[^\x20-\x7e]/g, '?').slice(0, 80)}`]
  })
  const seconds = keys?.freshFor ?? 600
  if (told.length === 0) return find('ok', 'cacheNone', { seconds })
  return find('ok', 'cacheOk', { headers: told.join(', '), seconds })
}
