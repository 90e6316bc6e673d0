import { placesOf } from '../../core/applications.js'
import { own } from '../../core/claims.js'
import { quote } from '../../core/errors.js'
import { inspectKey } from '../../keys/key.js'
import { membersOf } from '../../keys/key-set.js'
import { publicKeyAlgorithms } from '../../verify/algorithm.js'
import { because, type Diagnosis } from '../language/phrases.js'
import { type Case, textOf, wouldPass } from './case.js'

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

async function placesFor({ applications, claims, watch }: Case): Promise<readonly Place[]> {
  const iss = textOf(claims, 'iss')
  const issuing = applications.filter(({ issuers }) => issuers.some((issuer) => issuer === iss))
  const places = issuing.map(async ({ appId, jwksUri }) => {
    const issuer = new URL(String(iss))
    const usual = placesOf(issuer, appId)
    const { jwksUri: published } = await watch.discovery(issuer.href)
    // Only what the issuer's own host publishes about itself.
    const address = published !== undefined && URL.canParse(published) ? new URL(published) : undefined
    return [...usual, ...(address?.origin === issuer.origin ? [address.href] : [])].map((place) => ({
      place,
      asked: jwksUri ?? usual[0],
    }))
  })
  return (await Promise.all(places)).flat().filter(({ place, asked }) => place !== asked)
}

interface Place {
  readonly place: string
  readonly asked: string
}

/** What the members of the JWKS are, one by one. */
async function skipped({ applications, claims, watch }: Case): Promise<string> {
  const [application] = applications.filter(({ issuers }) => issuers.some((issuer) => issuer === own(claims, 'iss')))
  const issuer = textOf(claims, 'iss')
  if (application === undefined || issuer === undefined) return ''
  const document = await watch.document(application.jwksUri ?? placesOf(new URL(issuer), application.appId)[0])
  const allowed = new Set(publicKeyAlgorithms)
  return membersOf(document ?? null)
    .map((jwk) => inspectKey(jwk, allowed))
    .flatMap((fault, at) => (typeof fault === 'string' ? [`; key ${at + 1}: ${fault}`] : []))
    .join('')
}
