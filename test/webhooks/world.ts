import { authingWebhook, type WebhookOptions } from 'authing-guard/webhooks'
import { fleet } from '../store/fleet.js'
import { appId, userId } from '../support/world.js'

// A user pool's webhooks, as Authing's documents show them, and two instances that share a store.

export const webhookSecret = 'a webhook secret of 33 characters'
export const userPoolId = '59f86b4832eb28071bdd9214'
export const options = { secret: webhookSecret, userPoolId }

/** A user as events name one: more than an ID, and some of it must never be logged. */
export const user = (id: unknown = userId, more: object = {}) => ({
  id,
  userPoolId,
  email: 'somebody@example.com',
  password: '0a7051ab1ecb0693e171936f8abe366a',
  token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  ...more,
})

/** What must not come out of a body. */
export const privateTexts = [
  'somebody@example.com',
  '0a7051ab1ecb0693e171936f8abe366a',
  'eyJhbGciOiJIUzI1NiJ9',
  webhookSecret,
  userId,
]

export const jsonHeaders = {
  'content-type': 'application/json',
  'user-agent': 'authing-webhook@2.0',
  'x-authing-webhook-secret': webhookSecret,
  'x-authing-userpool-id': userPoolId,
}

/** A webhook as a web request. */
export function webhookRequest(body: unknown, headers: Record<string, string> = {}, method = 'POST'): Request {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Request('https://api.example.com/authing-webhook', {
    method,
    headers: { ...jsonHeaders, ...headers },
    ...(method !== 'GET' && { body: text }),
  })
}

/** Two instances with one store; the webhook arrives at the first. */
export function pair(more: object = {}, guardOptions: object = {}) {
  const instances = fleet(2, guardOptions)
  const webhook = authingWebhook(instances.first, { ...options, ...more } as WebhookOptions)
  const send = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await webhook(webhookRequest(body, headers))
    return { status: response.status, body: await response.json() }
  }
  const received = () => (instances.events[0] ?? []).filter(({ type }) => type === 'webhook_received')
  return { ...instances, webhook, send, received }
}

export { appId, userId }
