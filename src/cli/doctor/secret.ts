import { isObject, own } from '../../common/claims.js'
import { FetchError, type HttpRequest } from '../../common/http.js'
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
  if (isPlain(issuer)) {
    const { title: why } = find('ok', 'secretPlain')
    return [find('warning', 'secretUnproven', { why }), ...looks]
  }
  const answers = await Promise.all(secrets.map((secret) => knownTo(issuer, appId, secret, watch)))
  if (answers.includes('known')) return [find('ok', 'secretProven'), ...looks]
  if (answers.every((answer) => answer === 'refused')) return [find('wrong', 'secretRefused'), ...looks]
  const { title } = find('ok', answers.includes('open') ? 'secretOpen' : 'secretSilent')
  return [find('warning', 'secretUnproven', { why: title }), ...looks]
}

type Answer = 'known' | 'refused' | 'open' | 'silent'

/** Asks the introspection endpoint (RFC 7662, 2.1) whether a secret is right, with both of Authing's methods. */
async function knownTo(issuer: string, appId: string, secret: string, watch: Watch): Promise<Answer> {
  const answers: Answer[] = []
  for (const way of [byBody, byHeader]) {
    const answer = await introspect(issuer, way(appId, secret), watch)
    if (answer !== 'known') {
      answers.push(answer)
      continue
    }
    // If a wrong secret passes too, the endpoint does not check secrets.
    return (await introspect(issuer, way(appId, '0'.repeat(32)), watch)) === 'known' ? 'open' : 'known'
  }
  return answers.every((answer) => answer === 'refused') ? 'refused' : 'silent'
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

async function introspect(issuer: string, request: HttpRequest, watch: Watch): Promise<Answer> {
  const url = `${issuer.replace(/\/$/, '')}/token/introspection`
  try {
    const answer = await watch.ask(url, request)
    return isObject(answer) && own(answer, 'active') === false ? 'known' : 'silent'
  } catch (error) {
    return error instanceof FetchError && error.status === 401 ? 'refused' : 'silent'
  }
}
