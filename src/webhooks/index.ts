import { configError } from '../common/config-error.js'
import { readOptions } from '../common/option-reader.js'
import { flag, type TableOf, text } from '../common/options.js'
import type { AnyGuard } from '../guard/contract.js'
import { settingsOfGuard } from '../guard/guard.js'
import type { Answer } from './answer.js'
import { WebhookReceiver } from './receiver.js'
import { type NodeWebhookRequest, ofNode, ofWeb, type WebWebhookRequest } from './request.js'
import { secretHeaders, secretsOption } from './secret.js'

export type { NodeWebhookRequest, WebWebhookRequest } from './request.js'

/** Options of {@link authingWebhook}. */
export interface WebhookOptions {
  /**
   * The request secret (请求密钥) of the webhook, at least 16 characters, or a list while it is rotated. Whoever has it can
   * revoke the tokens of every user.
   */
  readonly secret: string | readonly string[]
  /** The ID of the user pool whose webhooks these are. Those of another pool are refused. */
  readonly userPoolId: string
  /** One more header in which the secret may be: a private deployment can rename it. */
  readonly header?: string | undefined
  /**
   * True where one instance is all that runs. A guard without a shared store revokes in its own process, and all other
   * instances go on admitting the user. Default: false.
   */
  readonly singleProcess?: boolean | undefined
}

/** The part of Node's `ServerResponse` that an answer is written with. */
export interface NodeWebhookResponse {
  statusCode: number
  /** Node's own. */
  setHeader(name: string, value: string): unknown
  /** Node's own. */
  end(body: string): unknown
}

/** A handler for a web `Request`, and for a request and response of Node or Express. */
export interface AuthingWebhook {
  (request: WebWebhookRequest): Promise<Response>
  (request: NodeWebhookRequest, response: NodeWebhookResponse): Promise<void>
}

const webhookOptions = {
  secret: secretsOption,
  userPoolId: text("the user pool's ID (Authing console > Settings > Basic settings)"),
  header: text('the name of a header', { default: undefined }),
  singleProcess: flag,
} satisfies TableOf<WebhookOptions>

/**
 * Makes a handler for Authing's webhooks, which revokes in this guard what Authing says is over.
 *
 * - `kick`, `user:blocked`, `user:archived`, `user:deleted` and `user:password-changed` revoke all tokens of the users
 *   that were issued until now; with `data.application`, those of that application.
 * - `role:*`, `permission:*`, `group:*` and `organization:*` drop the cached permissions and roles of this process.
 * - Every other event is answered with 200 and does nothing.
 *
 * It answers 200, 400 for a body that does not fit, 401 for a wrong secret, 503 while the shared store is down: then
 * Authing should send it again, and whether it does is not known. Bounds: 1 MiB, 10 seconds to send it, 1,000 users an
 * event; the same body within 10 minutes is done once. Source: Authing docs, guides/webhook.
 *
 * @throws {TypeError} where an option is missing or wrong, or the guard has no shared store and `singleProcess` is not set.
 *
 * @example
 * ```ts
 * import { authingWebhook } from 'authing-guard/webhooks'
 *
 * const webhook = authingWebhook(guard, { secret, userPoolId: '59f86b4832eb28071bdd9214' })
 * app.post('/authing-webhook', webhook) // Express; with fetch handlers: export const POST = webhook
 * ```
 */
export function authingWebhook(guard: AnyGuard, options: WebhookOptions): AuthingWebhook {
  const settings = settingsOfGuard(guard)
  const { secret, userPoolId, header, singleProcess } = readOptions(webhookOptions, options, 'webhook.')
  if (settings.store === undefined && !singleProcess) {
    throw configError(
      'webhook needs a guard with a store: without one, only the instance that receives the webhook refuses the user. Add store: sharedStore({ ... }) of authing-guard/store, or set singleProcess: true if only one process runs',
    )
  }
  const headers = [...secretHeaders, ...(header === undefined ? [] : [header.toLowerCase()])]
  const receiver = new WebhookReceiver(guard, settings, { secrets: secret, headers, userPoolId })
  async function webhook(request: WebWebhookRequest): Promise<Response>
  async function webhook(request: NodeWebhookRequest, response: NodeWebhookResponse): Promise<void>
  async function webhook(request: WebWebhookRequest | NodeWebhookRequest, response?: NodeWebhookResponse) {
    if (isWeb(request)) return webResponse(await receiver.receive(ofWeb(request)))
    const answer = await receiver.receive(ofNode(request))
    return response && write(answer, response)
  }
  return webhook
}

function isWeb(request: WebWebhookRequest | NodeWebhookRequest): request is WebWebhookRequest {
  return typeof request.headers['get'] === 'function'
}

const noStore = { 'Cache-Control': 'no-store' }

function webResponse({ status, headers, body }: Answer): Response {
  return Response.json(body, { status, headers: { ...noStore, ...headers } })
}

function write({ status, headers, body }: Answer, response: NodeWebhookResponse): void {
  response.statusCode = status
  const all = { ...noStore, 'Content-Type': 'application/json; charset=utf-8', ...headers }
  for (const [name, value] of Object.entries(all)) response.setHeader(name, value)
  response.end(JSON.stringify(body))
}
