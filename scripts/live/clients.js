import { ask, described, postForm, postJson } from './ask.js'
import { shapeOf } from './shape.js'

/** @typedef {import('./settings.js').Settings} Settings */

const wrong = 'a-wrong-secret-of-the-live-report'
const madeUp = 'made-up-token-of-the-live-report'

/** @param {string} id @param {string} secret */
export const basic = (id, secret) => ({
  authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`,
})

/**
 * Asks about a token, as the console says that this application may.
 *
 * @param {Settings} settings
 * @param {Record<string, string>} fields
 */
export function introspect({ issuer, appId, appSecret, clientAuth }, fields) {
  const url = `${issuer}/token/introspection`
  if (clientAuth === 'client_secret_basic') return postForm(url, fields, basic(appId, appSecret))
  const secret = clientAuth === 'none' ? {} : { client_secret: appSecret }
  return postForm(url, { ...fields, client_id: appId, ...secret })
}

/**
 * What a wrong secret and a made-up token are answered with.
 *
 * @param {Settings} settings
 * @param {import('./report.js').Report} report
 */
export async function askAboutClients(settings, report) {
  const { issuer, appId, accessKey } = settings
  const asOther = { client_id: appId, client_secret: wrong }
  const grant = { grant_type: 'client_credentials' }
  const token = `${issuer}/token`
  const introspection = `${issuer}/token/introspection`
  const rows = [
    ['token endpoint, wrong secret in the body', await postForm(token, { ...grant, ...asOther })],
    ['token endpoint, wrong secret in Basic', await postForm(token, grant, basic(appId, wrong))],
    ['introspection, wrong secret in the body', await postForm(introspection, { token: madeUp, ...asOther })],
    ['introspection, wrong secret in Basic', await postForm(introspection, { token: madeUp }, basic(appId, wrong))],
    ['introspection, no client', await postForm(introspection, { token: madeUp })],
    ['introspection, right client, made-up token', await introspect(settings, { token: madeUp })],
    ['introspection, right client, no token', await introspect(settings, {})],
    ['userinfo, made-up token', await ask(`${issuer}/me`, { headers: { authorization: `Bearer ${madeUp}` } })],
    ...(accessKey === undefined ? [] : await askManagement(accessKey)),
  ]
  report.section('Wrong secrets and made-up tokens')
  report.table(
    ['question', 'answer'],
    rows.map(([what, answer]) => [`${what}`, typeof answer === 'object' ? described(answer) : shapeOf(answer)]),
  )
}

/**
 * @param {{ readonly id: string, readonly secret: string, readonly host: string }} accessKey
 * @returns {Promise<(readonly [string, import('./ask.js').Answer])[]>}
 */
async function askManagement({ id, secret, host }) {
  const url = `${host}/api/v3/get-management-token`
  const refused = await postJson(url, { accessKeyId: id, accessKeySecret: wrong })
  const { body } = await postJson(url, { accessKeyId: id, accessKeySecret: secret })
  const data = Object(body?.['data'])
  const headers = {
    authorization: `Bearer ${data.access_token}`,
    'x-authing-userpool-id': poolOf(`${data.access_token}`),
  }
  const unknown = await ask(`${host}/api/v3/get-user?userId=000000000000000000000000&userIdType=user_id`, { headers })
  return [
    ['management API, wrong access key secret', refused],
    ['management API, get-user of a user who does not exist', unknown],
  ]
}

/** @param {string} token */
function poolOf(token) {
  try {
    return `${JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).scoped_userpool_id}`
  } catch {
    return ''
  }
}
