import { own } from '../../common/claims.js'
import { quote } from '../../common/quote.js'
import { placesOf } from '../../guard/applications.js'
import { isKeySetFault } from '../../jwks/key-set.js'
import { because, type Diagnosis } from '../language/phrases.js'
import type { Refused } from './attempt.js'
import { type Case, issuingOf, wouldPass } from './case.js'

/** `unknown_key`. */
export async function unknownKeyCause(given: Case, { check, detail: error }: Refused): Promise<Diagnosis> {
  const kid = quote(own(given.header, 'kid'))
  if (check.name === 'kid_of_legacy') return because('keyLegacy', { kid })
  if (!Object.hasOwn(given.header, 'kid')) return because('keyUnnamed')
  const other = await otherPlace(given)
  if (other !== undefined) return other
  return check.name === 'kid_not_usable' ? because('keysUnusable', { error }) : because('keyUnknown', { kid })
}

/** `keys_unavailable`. */
export async function unavailableCause(given: Case, { check, detail: error }: Refused): Promise<Diagnosis> {
  if (check.name !== 'keys_not_fetched') return because('keysDown', { error })
  const { kind, status = 0 } = check.failure
  if (kind === 'certificate') return because('keysUntrusted', { error })
  const isMissing = kind === 'status' && status >= 400 && status < 500 && status !== 429
  if (!isMissing && !isKeySetFault(kind)) return because('keysDown', { error })
  const other = await otherPlace(given)
  if (other !== undefined) return other
  if (kind === 'no_jwks') return because('keysNoJwks', { error })
  if (kind === 'too_many_keys') return because('keysTooMany', { error })
  return because(isMissing ? 'keysMissing' : 'keysUnusable', { error })
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
