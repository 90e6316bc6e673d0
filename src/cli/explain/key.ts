import { own } from '../../common/claims.js'
import { quote } from '../../common/quote.js'
import { publicKeyAlgorithms } from '../../crypto/algorithm.js'
import { placesOf } from '../../guard/applications.js'
import { inspectKey } from '../../jwks/key.js'
import { membersOf } from '../../jwks/key-set.js'
import { because, type Diagnosis } from '../language/phrases.js'
import { type Case, issuingOf, wouldPass } from './case.js'

/** `unknown_key`. */
export async function unknownKeyCause(given: Case, detail: string): Promise<Diagnosis> {
  const kid = quote(own(given.header, 'kid'))
  if (/a legacy user\.token/.test(detail)) return because('keyLegacy', { kid })
  if (!Object.hasOwn(given.header, 'kid')) return because('keyUnnamed')
  return (await otherPlace(given)) ?? because('keyUnknown', { kid })
}

/** `keys_unavailable`. */
export async function unavailableCause(given: Case, error: string): Promise<Diagnosis> {
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/.test(error)) return because('keysUntrusted', { error })
  if (/ answered 4(?!29)\d\d$/.test(error)) return (await otherPlace(given)) ?? because('keysMissing', { error })
  if (/holds no key/.test(error)) {
    return (await otherPlace(given)) ?? because('keysUnusable', { error, skipped: await skipped(given) })
  }
  return because('keysDown', { error })
}

/** The keys that signed it, at another address of the same host: Authing's other layout, or the one that it publishes. */
async function otherPlace(given: Case): Promise<Diagnosis | undefined> {
  for (const { place, asked } of await placesFor(given)) {
    if (await wouldPass(given, 'signature', () => ({ jwksUri: place }))) {
      return because('keyOtherPlace', { asked, place })
    }
  }
  return undefined
}

async function placesFor(given: Case): Promise<readonly Place[]> {
  const places = askedPlaces(given).map(async ({ asked, usual, issuer }) => {
    const { jwksUri = '' } = await given.watch.discovery(issuer.href)
    // Only what the issuer's own host publishes about itself.
    const published = URL.canParse(jwksUri) ? [new URL(jwksUri)].filter(({ origin }) => origin === issuer.origin) : []
    return [...usual, ...published.map(({ href }) => href)].map((place) => ({ place, asked }))
  })
  return (await Promise.all(places)).flat().filter(({ place, asked }) => place !== asked)
}

interface Place {
  readonly place: string
  readonly asked: string
}

/** Where a guard looks for the keys of whoever issued the token. */
function askedPlaces(given: Case) {
  const issuer = new URL(String(own(given.claims, 'iss')))
  return issuingOf(given).map(({ appId, jwksUri }) => {
    const usual = placesOf(issuer, appId)
    return { issuer, usual, asked: jwksUri ?? usual[0] }
  })
}

/** What the members of the JWKS are, one by one. */
async function skipped(given: Case): Promise<string> {
  const documents = await Promise.all(askedPlaces(given).map(({ asked }) => given.watch.document(asked)))
  const allowed = new Set(publicKeyAlgorithms)
  const faults = documents.flatMap(membersOf).map((jwk) => inspectKey(jwk, allowed))
  return faults
    .filter((fault) => typeof fault === 'string')
    .map((fault) => `; ${fault}`)
    .join('')
}
