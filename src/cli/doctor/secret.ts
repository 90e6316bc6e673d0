import { isObject, own } from '../../common/claims.js'
import type { HttpRequest } from '../../common/http.js'
import type { Configured } from '../explain/applications.js'
import type { Watch } from '../explain/watch.js'
import type { Find, Finding } from './finding.js'
import { isPlain } from './issuer.js'

/** Checks the secrets of an application: their format, and whether the issuer accepts them. */
export async function secretFindings(
  issuer: string,
  { appId, secrets }: Configured,
  poolSecrets: readonly string[],
  watch: Watch,
  find: Find,
): Promise<readonly Finding[]> {
  if (secrets.length === 0) return [find('ok', 'secretNone')]
  if (secrets.some((secret) => poolSecrets.includes(secret))) return [find('wrong', 'secretPool')]
  const looks = secrets.every((secret) => /^[0-9a-f]{32}$/.test(secret)) ? [] : [find('warning', 'secretShape')]
  const notProven = (why: string) => [find('unproven', 'secretUnproven', { why }), ...looks]
  if (isPlain(issuer)) return notProven(find('ok', 'secretPlain').title)
  const answers = await Promise.all(secrets.map((secret) => knownTo(issuer, appId, secret, watch, find)))
  if (answers.includes('known')) return [find('ok', 'secretProven'), ...looks]
  const unclear = answers.find((answer) => typeof answer === 'object')
  return unclear === undefined ? [find('wrong', 'secretRefused'), ...looks] : notProven(unclear.why)
}

/** An answer that does not say whether the secret is right. */
interface Unclear {
  readonly why: string
  /** Whether another time the answer may be another one. */
  readonly isOutage: boolean
}

type Answer = 'known' | 'refused' | Unclear

/** Asks the introspection endpoint (RFC 7662, 2.1) whether a secret is right, with both of Authing's methods. */
async function knownTo(issuer: string, appId: string, secret: string, watch: Watch, find: Find): Promise<Answer> {
  const answers: Answer[] = []
  for (const way of [byBody, byHeader]) {
    const answer = await introspect(issuer, way(appId, secret), watch, find)
    if (answer !== 'known') {
      answers.push(answer)
      continue
    }
    // If a wrong secret passes too, the endpoint does not check secrets.
    const toWrong = await introspect(issuer, way(appId, '0'.repeat(32)), watch, find)
    if (toWrong === 'known') return { why: find('ok', 'secretOpen').title, isOutage: false }
    return typeof toWrong === 'object' && toWrong.isOutage ? toWrong : 'known'
  }
  return answers.find((answer) => answer !== 'refused') ?? 'refused'
}

const form = 'application/x-www-form-urlencoded'
/** Not a real token, so that the reply is about no user. */
const token = '0'.repeat(40)

function byBody(appId: string, secret: string): HttpRequest {
  const body = new URLSearchParams({ token, client_id: appId, client_secret: secret }).toString()
  return { method: 'POST', headers: { accept: 'application/json', 'content-type': form }, body }
}

function byHeader(appId: string, secret: string): HttpRequest {
  const authorization = `Basic ${btoa(`${encodeURIComponent(appId)}:${encodeURIComponent(secret)}`)}`
  const body = new URLSearchParams({ token }).toString()
  return { method: 'POST', headers: { accept: 'application/json', 'content-type': form, authorization }, body }
}

async function introspect(issuer: string, request: HttpRequest, watch: Watch, find: Find): Promise<Answer> {
  const { document, error } = await watch.look(`${issuer.replace(/\/$/, '')}/token/introspection`, request)
  if (isObject(document) && own(document, 'active') === false) return 'known'
  if (error === undefined) return { why: find('ok', 'secretSilent').title, isOutage: false }
  return error.status === 401 ? 'refused' : { why: error.message, isOutage: error.isTransient }
}
