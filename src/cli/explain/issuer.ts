import type { CheckName } from '../../common/checks.js'
import { quote } from '../../common/quote.js'
import { placesOf } from '../../guard/applications.js'
import { because, type Diagnosis, type Say } from '../language/phrases.js'
import type { Configured } from './applications.js'
import type { Outcome, Refused } from './attempt.js'
import { type Case, outcomeWith, textOf } from './case.js'
import { isPast } from './steps.js'

/**
 * `unknown_issuer`. What to set comes from the host that is configured, or from a key of the configured application:
 * never from what the token says of itself.
 */
export async function issuerCause(given: Case, _: Refused, say: Say): Promise<Diagnosis> {
  const found = textOf(given.claims, 'iss')
  if (found === undefined) return withoutIssuer(given)
  const issuers = given.applications.flatMap((application) => application.issuers)
  if (issuers.length === 0) return because('issuerNone', { found: quote(found) })
  const expected = issuers.map(quote).join(', ')
  const declared = (await Promise.all(given.applications.map((one) => declaredBy(given, one)))).flat()
  const near = issuers.find((issuer) => trimmed(issuer) === trimmed(found))
  if (declared.includes(found) && !(await isForAnother(given, found))) {
    const names = { found: quote(found), expected, declared: quote(found) }
    return near === undefined ? because('issuerDeclared', names) : because('issuerSlash', names)
  }
  const names = { found: quote(found), expected }
  const outcomes = await outcomesAs(given, found)
  if (outcomes.some(({ failed }) => isPast('signature', failed))) return because('issuerMoved', names)
  if (issuers.some((issuer) => originOf(issuer) === originOf(found))) return because('issuerOtherApplication', names)
  const isDisproved = outcomes.some(({ refused }) => refused !== undefined && disproofs.has(refused.check.name))
  if (isDisproved) return because('issuerOther', names)
  // The address that is asked first is the application's own.
  const detail = outcomes[0]?.refused?.detail ?? say('unfitIssuer')
  return because('issuerUnproven', { ...names, detail })
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

/** The checks that say that none of the known keys signed the token. Any other refusal leaves it open. */
const disproofs: ReadonlySet<CheckName> = new Set(['kid_unknown', 'alg_not_of_key', 'signature_invalid'])

/**
 * What a guard would say if the token's issuer were the configured one: whether a key or secret of the configured
 * applications signed it. The keys are fetched where the options have them: an address of the token's own making is never
 * asked.
 */
function outcomesAs(given: Case, found: string): Promise<readonly Outcome[]> {
  const outcomes = [0, 1].map((layout) =>
    outcomeWith(given, ({ issuer, appId, jwks, jwksUri }) => {
      if (jwks !== undefined || jwksUri !== undefined) return { issuer: found }
      const [first] = [issuer].flat().map((one) => placesOf(new URL(one), appId))
      return { issuer: found, jwksUri: first?.[layout] ?? first?.[0] }
    }),
  )
  return Promise.all(outcomes)
}

function trimmed(issuer: string): string {
  return issuer.replace(/\/+$/, '')
}

function originOf(issuer: string): string | undefined {
  return URL.canParse(issuer) ? new URL(issuer).origin : undefined
}
