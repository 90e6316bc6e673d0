import { GuardError } from '../../core/errors.js'
import { trialGuard } from '../../core/guard.js'
import { FetchError } from '../../core/http.js'
import type { ApplicationOnlineOptions, ApplicationOptions, GuardOptions } from '../../core/options.js'
import type { Watch } from '../explain/watch.js'
import type { Find, Finding } from './finding.js'

/** No token, so that nothing is told of anybody. */
const token = '0'.repeat(40)
/** A secret that nobody has. */
const wrongSecret = '0'.repeat(32)

/** Whether the issuer lets the application ask about tokens: it is asked about one that nobody has, as a guard would. */
export async function onlineFindings(
  options: GuardOptions,
  issuer: string,
  application: ApplicationOptions,
  watch: Watch,
  find: Find,
): Promise<readonly Finding[]> {
  const client = clientOf(options, application)
  if (client === undefined) return []
  const ask = (secret = client.clientSecret) =>
    answerOf(options, { ...application, issuer }, { ...client, clientSecret: secret }, watch)
  const answer = await ask()
  const place = watch.answers.at(-1)?.url ?? issuer
  if (answer === undefined) return [find('wrong', 'onlineActive', { place })]
  const { reason, cause, detail } = answer
  if (reason === 'inactive_token') {
    const isOpen = client.clientSecret !== undefined && (await ask(wrongSecret))?.reason === reason
    return [isOpen ? find('warning', 'onlineOpen', { place }) : find('ok', 'onlineOk', { place })]
  }
  if (reason !== 'online_unavailable') return [find('wrong', 'onlineActive', { place })]
  const status = cause instanceof FetchError ? (cause.status ?? 0) : 0
  if ([400, 401, 403].includes(status)) return [find('wrong', 'onlineRefused', { place, status })]
  return [find('wrong', 'onlineDown', { error: detail })]
}

/** As whom an application asks: `online` is the guard's own where it has one application. */
function clientOf(options: GuardOptions, application: ApplicationOptions): ApplicationOnlineOptions | undefined {
  if (options.apps === undefined) return options.online
  return options.apps.find((one) => one === application)?.online
}

/** What a guard of this application alone says to a token that nobody has; undefined where it lets that in. */
async function answerOf(
  { fetch: _, now, online }: GuardOptions,
  { issuer, appId, allowHttp }: ApplicationOptions,
  { clientSecret, clientAuth, endpoint, protocol }: ApplicationOnlineOptions,
  { fetch }: Watch,
): Promise<GuardError | undefined> {
  const asking = { clientSecret, clientAuth, endpoint, protocol, timeout: online?.timeout, when: 'opaque' } as const
  const guard = trialGuard({ issuer, appId, allowHttp, fetch, now, online: asking })
  try {
    await guard.verifyToken(token)
    return undefined
  } catch (error) {
    if (error instanceof GuardError) return error
    throw error
  }
}
