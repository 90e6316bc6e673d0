import { quote } from '../../common/quote.js'
import { placesOf } from '../../guard/applications.js'
import { because, type Diagnosis } from '../language/phrases.js'
import type { Configured } from './applications.js'
import { type Case, outcomeWith, textOf, wouldPass } from './case.js'

/**
 * `unknown_issuer`. What to set comes from the host that is configured, or from a key of the configured application:
 * never from what the token says of itself.
 */
export async function issuerCause(given: Case): Promise<Diagnosis> {
  const found = textOf(given.claims, 'iss')
  if (found === undefined) return withoutIssuer(given)
  const issuers = given.applications.flatMap((application) => application.issuers)
  const expected = issuers.map(quote).join(', ')
  const declared = (await Promise.all(given.applications.map((one) => declaredBy(given, one)))).flat()
  const near = issuers.find((issuer) => trimmed(issuer) === trimmed(found))
  if (declared.includes(found) && !(await isForAnother(given, found))) {
    const names = { found: quote(found), expected, declared: quote(found) }
    return near === undefined ? because('issuerDeclared', names) : because('issuerSlash', names)
  }
  const names = { found: quote(found), expected }
  if (await isOwnKey(given, found)) return because('issuerMoved', names)
  const isNeighbour = issuers.some((issuer) => originOf(issuer) === originOf(found))
  return because(isNeighbour ? 'issuerOtherApplication' : 'issuerOther', names)
}

/** Whether a token would be another application's all the same, if the issuer were the one that the host declares. */
async function isForAnother(given: Case, declared: string): Promise<boolean> {
  const outcome = await outcomeWith(given, () => ({ issuer: declared }))
  const reason = outcome.refused?.reason
  return reason === 'unknown_key' || reason === 'wrong_audience'
}

function withoutIssuer({ claims }: Case): Diagnosis {
  if (Object.hasOwn(claims, 'scoped_userpool_id')) return because('issuerManagement')
  return because(Object.hasOwn(claims, 'data') ? 'issuerLegacy' : 'issuerMissing')
}

/** What the configured host calls itself, in each of Authing's layouts. */
async function declaredBy({ watch }: Case, { issuers, appId }: Configured): Promise<readonly string[]> {
  const candidates = issuers.flatMap((issuer) => {
    const { origin } = new URL(issuer)
    return [issuer, `${origin}/oidc`, `${origin}/${encodeURIComponent(appId)}/oidc`]
  })
  const documents = await Promise.all([...new Set(candidates)].map((candidate) => watch.discovery(candidate)))
  return documents.flatMap(({ issuer }) => issuer ?? [])
}

/**
 * Whether a key or secret of the configured applications signed it, whatever it calls its issuer. The keys are fetched
 * where the options have them: an address of the token's own making is never asked.
 */
async function isOwnKey(given: Case, found: string): Promise<boolean> {
  const passes = [0, 1].map((layout) =>
    wouldPass(given, 'signature', ({ issuer, appId, jwks, jwksUri }) => {
      if (jwks !== undefined || jwksUri !== undefined) return { issuer: found }
      const [first] = [issuer].flat().map((one) => placesOf(new URL(one), appId))
      return { issuer: found, jwksUri: first?.[layout] ?? first?.[0] }
    }),
  )
  return (await Promise.all(passes)).includes(true)
}

function trimmed(issuer: string): string {
  return issuer.replace(/\/+$/, '')
}

function originOf(issuer: string): string | undefined {
  return URL.canParse(issuer) ? new URL(issuer).origin : undefined
}
