import { own } from '../../common/claims.js'
import { quote } from '../../common/quote.js'
import type { GuardOptions } from '../../guard/options.js'
import type { Configured } from '../explain/applications.js'
import type { Explanation } from '../explain/explain.js'
import type { Watch } from '../explain/watch.js'
import type { Find, Finding } from './finding.js'
import { keysAt } from './keys.js'

/** An App ID that no application has. An address that answers for it too proves nothing. */
const madeUp = '0'.repeat(24)

/** What there is to judge an App ID by. */
export interface Evidence {
  /** The issuers and the keys that the guard uses. */
  readonly keyIds: readonly string[]
  /** What was found out about the application at its issuers. */
  readonly findings: readonly Finding[]
  /** The explanation of a token that was given. */
  readonly token: Explanation | undefined
  /** IDs of user pools. */
  readonly pools: readonly (string | undefined)[]
}

/**
 * Whether the App ID is one: each finding says what proves it. Tokens name it, so that a guard with another one refuses
 * every token, and nothing else shows it before the first request.
 */
export async function appIdFindings(
  { appId: name, issuers }: Configured,
  evidence: Evidence,
  watch: Watch,
  find: Find,
): Promise<readonly Finding[]> {
  if (evidence.pools.includes(name)) return [find('wrong', 'appIdPool')]
  const appId = quote(name)
  const other = issuers.map(namedIn).find((named) => named !== undefined && named !== name)
  if (other !== undefined) return [find('wrong', 'appIdOther', { found: quote(other), appId })]
  const own = await Promise.all(issuers.map((issuer) => ownKeys(issuer, name, watch)))
  const found = own.find((keys) => keys !== undefined)
  const isKnown = evidence.findings.some(({ name: one }) => one === 'keysElsewhere')
  if (found !== undefined && !isKnown && !shares(found.keyIds, evidence.keyIds)) {
    return [find('wrong', 'appIdKeys', { appId, place: found.place })]
  }
  const how = proofOf(evidence, { name, issuers }, found?.place, find)
  if (how !== undefined) return [find('ok', 'appIdOk', { appId, how })]
  const looks = /^[0-9a-f]{24}$/.test(name) ? [] : [find('warning', 'appIdShape', { appId })]
  return [...looks, find('unproven', 'appIdUnproven', { appId })]
}

function proofOf(
  { findings, token }: Evidence,
  { name, issuers }: { readonly name: string; readonly issuers: readonly string[] },
  place: string | undefined,
  find: Find,
): string | undefined {
  const having = (finding: string) => findings.some(({ name: one }) => one === finding)
  if (isTokenFor(token, name, issuers)) return find('ok', 'appIdByToken').title
  if (having('secretProven')) return find('ok', 'appIdBySecret').title
  if (having('onlineOk')) return find('ok', 'appIdByIntrospection').title
  return place === undefined ? undefined : find('ok', 'appIdByAddress', { place }).title
}

/** The App ID in an issuer of Authing's unified domains, `<host>/<appId>/oidc`. */
function namedIn(issuer: string): string | undefined {
  return /^\/([0-9a-f]{24})\/oidc\/?$/.exec(new URL(issuer).pathname)?.[1]
}

/** The keys at the address of the application itself; undefined if there are none, or if it answers for any App ID. */
async function ownKeys(issuer: string, appId: string, watch: Watch) {
  const { origin } = new URL(issuer)
  const placeOf = (id: string) => `${origin}/${encodeURIComponent(id)}/oidc/.well-known/jwks.json`
  const [own, others] = await Promise.all([keysAt(placeOf(appId), watch), keysAt(placeOf(madeUp), watch)])
  const isForAnybody = others.keyIds.length > 0 || others.error?.isTransient
  return own.keyIds.length === 0 || isForAnybody ? undefined : own
}

function shares(some: readonly string[], others: readonly string[]): boolean {
  return others.length === 0 || some.some((one) => others.includes(one))
}

/** Whether a token that was accepted names the App ID: its signature is this application's, and so are its claims. */
function isTokenFor(token: Explanation | undefined, appId: string, issuers: readonly string[]): boolean {
  const { accepted, claims } = { ...token }
  if (!accepted || claims === undefined) return false
  const names = ['aud', 'azp', 'client_id'].flatMap((name) => own(claims, name))
  return names.includes(appId) && issuers.some((issuer) => issuer === own(claims, 'iss'))
}

/** Whether userPool is right: nobody can be asked, and only a token shows it. */
export function userPoolFindings({ userPool }: GuardOptions, token: Explanation | undefined, find: Find) {
  if (userPool === undefined) return []
  const { accepted, claims } = { ...token }
  const isProven = accepted && claims !== undefined && !Object.hasOwn(claims, 'iss')
  return [isProven ? find('ok', 'userPoolOk') : find('unproven', 'userPoolUnproven')]
}
