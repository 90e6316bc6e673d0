// What a person sets in the environment for `npm run test:live`.

/**
 * @typedef {object} Settings
 * @property {string} issuer without a slash at its end
 * @property {string} origin of the issuer
 * @property {string} appId
 * @property {string} appSecret
 * @property {'client_secret_post' | 'client_secret_basic' | 'none'} clientAuth
 * @property {{ account: string, password: string } | undefined} user
 * @property {{ id: string, secret: string, host: string } | undefined} accessKey
 * @property {{ port: number, secret: string } | undefined} webhook
 * @property {number} wait seconds
 */

const required = ['AUTHING_ISSUER', 'AUTHING_APP_ID', 'AUTHING_APP_SECRET']
const clientAuths = /** @type {const} */ (['client_secret_post', 'client_secret_basic', 'none'])

const help = `Asks a real tenant of Authing what its documents leave open, and prints a report to paste into an issue. The report
holds status codes, names and types: no secret, token, ID or value of a user.

Needed:
  AUTHING_ISSUER              the application's issuer, like https://my-app.authing.cn/oidc
  AUTHING_APP_ID              its App ID
  AUTHING_APP_SECRET          its App Secret
For more answers:
  AUTHING_CLIENT_AUTH         client_secret_post (default), client_secret_basic or none, as in the console
  AUTHING_TEST_ACCOUNT        the account of a test user who may be signed out and blocked
  AUTHING_TEST_PASSWORD       that user's password
  AUTHING_ACCESS_KEY_ID       an access key of the management API
  AUTHING_ACCESS_KEY_SECRET   its secret
  AUTHING_MANAGEMENT_HOST     where that API is (default: https://api.authing.cn)
  AUTHING_WEBHOOK_PORT        a port that Authing can reach, for a receiver of webhooks
  AUTHING_WEBHOOK_SECRET      the request secret of the webhook in the console
  AUTHING_WAIT_SECONDS        how long to wait for what a person does, each time (default: 120)`

/** @param {string} address */
function isSafe(address) {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
}

/**
 * The settings, or a text that says what is missing or wrong.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Settings | { readonly skipped: string } | { readonly wrong: string }}
 */
export function settingsOf(env) {
  const missing = required.filter((name) => !env[name])
  if (missing.length > 0) return { skipped: `Skipped: ${missing.join(', ')} not set.\n\n${help}` }
  const text = (/** @type {string} */ name) => env[name] ?? ''
  const issuer = text('AUTHING_ISSUER').replace(/\/$/, '')
  const host = (env['AUTHING_MANAGEMENT_HOST'] ?? 'https://api.authing.cn').replace(/\/$/, '')
  if (!isSafe(issuer) || !isSafe(host))
    return { wrong: 'An address must be https, or http on loopback: secrets go there.' }
  const clientAuth = clientAuths.find((one) => one === (env['AUTHING_CLIENT_AUTH'] ?? 'client_secret_post'))
  if (clientAuth === undefined) return { wrong: `AUTHING_CLIENT_AUTH must be ${clientAuths.join(', ')}.` }
  const wait = Number(env['AUTHING_WAIT_SECONDS'] ?? '120')
  const port = Number(env['AUTHING_WEBHOOK_PORT'] ?? '0')
  if (!(wait >= 0 && wait <= 3600)) return { wrong: 'AUTHING_WAIT_SECONDS must be from 0 to 3600.' }
  if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) return { wrong: 'AUTHING_WEBHOOK_PORT must be a port.' }
  const account = env['AUTHING_TEST_ACCOUNT']
  const id = env['AUTHING_ACCESS_KEY_ID']
  return {
    issuer,
    origin: new URL(issuer).origin,
    appId: text('AUTHING_APP_ID'),
    appSecret: text('AUTHING_APP_SECRET'),
    clientAuth,
    user: account ? { account, password: text('AUTHING_TEST_PASSWORD') } : undefined,
    accessKey: id ? { id, secret: text('AUTHING_ACCESS_KEY_SECRET'), host } : undefined,
    webhook: port > 0 ? { port, secret: text('AUTHING_WEBHOOK_SECRET') } : undefined,
    wait,
  }
}
