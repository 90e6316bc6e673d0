import { isLocal } from '../../common/address.js'
import { isCertificateCode } from '../../common/http.js'
import { quote } from '../../common/quote.js'
import type { Configured } from '../explain/applications.js'
import { spanOf } from '../explain/times.js'
import type { Answer, Watch } from '../explain/watch.js'
import type { Say } from '../language/phrases.js'
import type { Find, Finding } from './finding.js'

/** Whether what goes to an address goes in the clear. No secret does, whatever allowHttp says of keys. */
export function isPlain(address: string): boolean {
  return new URL(address).protocol === 'http:' && !isLocal(address)
}

/** The TLS connection to the issuer: its certificate, or why there is none. */
export function transportFinding(issuer: string, answers: readonly Answer[], find: Find): Finding | undefined {
  const { protocol, host } = new URL(issuer)
  if (protocol === 'http:') {
    return isLocal(issuer) ? find('ok', 'transportLocal') : find('warning', 'transportHttp', { host })
  }
  const asked = answers.filter(({ url }) => url.startsWith(`https://${host}/`))
  const code = asked.find((answer) => isCertificateCode(answer.code))?.code
  if (code !== undefined) return find('wrong', 'transportUntrusted', { host, code })
  return asked.some(({ status }) => status !== undefined) ? find('ok', 'transportTls', { host }) : undefined
}

/** Whether the issuer calls itself what the options call it (OpenID Connect Discovery 1.0, 4.3). */
export async function discoveryFinding(
  issuer: string,
  { appId }: Configured,
  watch: Watch,
  find: Find,
): Promise<Finding | undefined> {
  const expected = quote(issuer)
  const { issuer: declared, error: failure } = await watch.discovery(issuer)
  if (declared === issuer) return find('ok', 'discoveryOk')
  if (declared !== undefined) return find('wrong', 'discoveryOther', { expected, found: quote(declared) })
  const { origin } = new URL(issuer)
  const [answer] = watch.answers.filter(({ url }) => url.startsWith(`${origin}/`))
  if (answer?.status === undefined) {
    // A certificate that does not hold is told by the line above.
    const error = answer?.code ?? 'no answer in time'
    return isCertificateCode(error) ? undefined : find('wrong', 'discoveryDown', { error })
  }
  for (const candidate of [`${origin}/oidc`, `${origin}/${encodeURIComponent(appId)}/oidc`]) {
    const { issuer: near } = await watch.discovery(candidate)
    if (near === candidate) return find('wrong', 'discoveryNear', { expected, found: quote(near) })
  }
  // A 404 says that there is none; 500, 429 or a web page do not.
  const isMissing = failure === undefined || (failure.kind === 'status' && !failure.isTransient)
  if (isMissing) return find('warning', 'discoveryMissing', { expected })
  return find('warning', 'discoveryFailed', { error: failure.message })
}

/** Seconds by which clocks may differ: a guard forgives 5 after `exp`, and 60 ahead. */
const forgiven = { late: 5, ahead: 60 }

/** Whether this machine's clock is the issuer's. */
export function clockFinding(watch: Watch, find: Find, say: Say): Finding | undefined {
  if (watch.ahead === undefined) {
    return watch.answers.some(({ status }) => status !== undefined) ? find('warning', 'clockUnknown') : undefined
  }
  const off = Math.abs(watch.ahead)
  if (off <= forgiven.late) return find('ok', 'clockOk')
  const difference = spanOf(off, say)
  const direction = say(watch.ahead > 0 ? 'ahead' : 'behind')
  return find(off > forgiven.ahead ? 'wrong' : 'warning', 'clockOff', { difference, direction })
}
