import type { Json } from './jws.js'
import type { PoolState } from './state.js'
import type { PoolUser } from './user.js'
import { headerNames } from './webhook-options.js'

/** A webhook that the pool has sent. */
export interface WebhookDelivery {
  readonly eventName: string
  /** The HTTP status of the answer; undefined if there was none. */
  readonly status: number | undefined
}

/** A user as Authing's events show one. The real ones hold a live token and a password hash too. */
export const webhookUser = ({ settings }: PoolState, user: PoolUser): Json => ({
  ...user,
  userPoolId: settings.userPoolId,
  blocked: user.status === 'Suspended',
})

/** Seconds that a receiver may take. */
const timeout = 10

/**
 * Sends an event, if the pool has a webhook. The form has `data` as JSON text; how Authing writes it there is not
 * documented.
 */
export const sendWebhook = async (
  { settings: { webhook, userPoolId } }: PoolState,
  eventName: string,
  data: Json,
): Promise<WebhookDelivery | undefined> => {
  if (webhook === undefined) return undefined
  const { url, secret, format, header } = webhook
  const body =
    format === 'json'
      ? JSON.stringify({ eventName, data })
      : new URLSearchParams({ eventName, data: JSON.stringify(data) })
  const secrets = headerNames.filter((name) => header === 'both' || header === name).map((name) => [name, secret])
  const headers = {
    'content-type': format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'user-agent': 'authing-webhook@2.0',
    'x-authing-userpool-id': userPoolId,
    ...Object.fromEntries(secrets),
  }
  try {
    const signal = AbortSignal.timeout(timeout * 1000)
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    await answer.body?.cancel()
    return { eventName, status: answer.status }
  } catch {
    return { eventName, status: undefined }
  }
}
