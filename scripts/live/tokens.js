import { ask, described, postForm, postJson } from './ask.js'
import { introspect } from './clients.js'
import { objectIn, shapeOf, textsIn, wordOf } from './shape.js'

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./report.js').Report} Report */
/** @typedef {{ readonly access: string, readonly id: string, readonly refresh: string }} Tokens */

/** @param {string} token */
const partsOf = (token) => {
  const [header = '', claims = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  return { header: objectIn(header) ?? {}, claims: objectIn(claims) ?? {} }
}

/**
 * Signs the test user in: `POST /api/v3/signin` (Authing docs-v3). All that comes back is hidden from the report.
 *
 * @param {Settings} settings
 * @param {Report} report
 */
async function signIn({ origin, appId, appSecret, user }, report) {
  const answer = await postJson(
    `${origin}/api/v3/signin`,
    {
      connection: 'PASSWORD',
      passwordPayload: { account: user?.account, password: user?.password },
      options: { scope: 'openid profile offline_access' },
      client_id: appId,
      client_secret: appSecret,
    },
    { 'x-authing-app-id': appId },
  )
  const tokens = tokensIn(answer.body?.['data'], report)
  return { answer, tokens: tokens.access === '' ? undefined : tokens }
}

/**
 * The tokens in an answer, hidden from the report with all that they say.
 *
 * @param {unknown} answer
 * @param {Report} report
 * @returns {Tokens}
 */
function tokensIn(answer, report) {
  const { access_token: access = '', id_token: id = '', refresh_token: refresh = '' } = Object(answer)
  const tokens = { access: `${access}`, id: `${id}`, refresh: `${refresh}` }
  for (const token of Object.values(tokens)) {
    const { iss, scope, aud, ...personal } = partsOf(token).claims
    report.hide(token, ...token.split('.'), ...textsIn(personal))
  }
  return tokens
}

/**
 * Whether a token is still good, by each way to ask. What is said fits into a cell of a table.
 *
 * @param {Settings} settings
 * @param {Tokens} tokens
 * @returns {readonly (readonly [string, () => Promise<string>])[]}
 */
const waysToAsk = (settings, { access, id }) => {
  const { issuer, origin, appId } = settings
  const introspected = async (/** @type {Record<string, string>} */ fields) => {
    const answer = await introspect(settings, fields)
    return answer.status === 200 ? `active ${shown(answer.body?.['active'])}` : short(answer)
  }
  const validated = async (/** @type {string} */ query) => {
    const answer = await ask(`${origin}/api/v2/oidc/validate_token?${query}`)
    const { body } = answer
    const isGood = body !== undefined && body['code'] === undefined && (body['sub'] ?? body['aud']) !== undefined
    return isGood ? 'valid' : short(answer)
  }
  const loginStatus = async (/** @type {string} */ token) => {
    const query =
      'query checkLoginStatus($token: String) { checkLoginStatus(token: $token) { code message status exp iat data { id userPoolId arn } } }'
    const headers = { authorization: `Bearer ${token}`, 'x-authing-app-id': appId }
    const answer = await postJson(`${origin}/graphql/v2`, { query, variables: { token } }, headers)
    const found = Object(Object(answer.body?.['data']).checkLoginStatus)
    return found.status === undefined ? short(answer) : `status ${shown(found.status)}, code ${shown(found.code)}`
  }
  return [
    ['introspection of the access token', () => introspected({ token: access })],
    ['the same with strict', () => introspected({ token: access, strict: 'true' })],
    ['introspection of the id token', () => introspected({ token: id })],
    ['validate_token of the access token', () => validated(`${new URLSearchParams({ access_token: access })}`)],
    ['validate_token of the id token', () => validated(`${new URLSearchParams({ id_token: id })}`)],
    ['checkLoginStatus of the access token', () => loginStatus(access)],
    ['checkLoginStatus of the id token', () => loginStatus(id)],
    ['userinfo', async () => short(await ask(`${issuer}/me`, { headers: { authorization: `Bearer ${access}` } }))],
  ]
}

/** @param {unknown} value */
const shown = (value) => (['boolean', 'number'].includes(typeof value) ? `${value}` : shapeOf(value, 1))

/** @param {import('./ask.js').Answer} answer */
function short({ status, type, body }) {
  if (status === 0) return type
  if (status === 404) return 'not answered (404)'
  const code = body?.['error'] ?? body?.['code'] ?? body?.['statusCode']
  if (code === undefined) return `HTTP ${status}`
  return `HTTP ${status}, ${typeof code === 'number' ? code : wordOf(code)}`
}

/**
 * What becomes of tokens after a sign-out, a revocation, a kick and a block. `person` does what no script can, and says
 * whether it is done.
 *
 * @param {Settings} settings
 * @param {Report} report
 * @param {ReadonlySet<string>} kids
 * @param {(text: string) => Promise<boolean>} person
 * @param {(seconds: number) => Promise<void>} sleep
 */
export async function askAboutTokens(settings, report, kids, person, sleep) {
  report.section('Tokens')
  if (settings.user === undefined) return report.say('Not asked: AUTHING_TEST_ACCOUNT is not set.')
  const { answer, tokens } = await signIn(settings, report)
  report.table(['sign-in', 'answer'], [['POST /api/v3/signin', described(answer)]])
  if (tokens === undefined) return report.say('Not asked: the sign-in brought no access token.')
  describeTokens(settings, report, tokens, kids)

  await askAboutRefresh(settings, report)

  /** @type {(readonly [string, (tokens: Tokens) => Promise<boolean>])[]} */
  const situations = [
    ['signed in', async () => true],
    ['after session/end', async ({ id }) => (await endSession(settings, id)) < 400],
    ['after revocation of the access token', async ({ access }) => (await revoke(settings, access)) === 200],
    ['after a kick', () => person('Sign the test user out in the console (kick).')],
    ['after a block', () => person('Block the test user in the console.')],
  ]
  /** @type {{ readonly name: string, readonly cells: string | readonly string[] }[]} */
  const columns = []
  for (const [name, act] of situations) {
    const own = (await signIn(settings, report)).tokens
    if (own === undefined) columns.push({ name, cells: 'no sign-in' })
    else columns.push({ name, cells: (await act(own)) ? await statesOf(settings, own, sleep) : 'not done' })
  }
  if (typeof columns.at(-1)?.cells === 'object') await person('Unblock the test user in the console.')
  const ways = waysToAsk(settings, tokens).map(([way]) => way)
  report.table(
    ['question', ...columns.map(({ name }) => name)],
    ways.map((way, at) => [way, ...columns.map(({ cells }) => (typeof cells === 'string' ? cells : `${cells[at]}`))]),
  )
}

/**
 * Whether a refresh token counts once, and whether it survives the revocation of the access token.
 *
 * @param {Settings} settings
 * @param {Report} report
 */
async function askAboutRefresh(settings, report) {
  const { issuer, appId, appSecret } = settings
  const refresh = async (/** @type {string} */ token) => {
    const fields = { client_id: appId, client_secret: appSecret, grant_type: 'refresh_token', refresh_token: token }
    const answer = await postForm(`${issuer}/token`, fields)
    tokensIn(answer.body, report)
    return described(answer)
  }
  const [first, second] = [await signIn(settings, report), await signIn(settings, report)].map(({ tokens }) => tokens)
  if (!first?.refresh || !second?.refresh) return report.say('The sign-in brought no refresh token.')
  const rows = [
    ['first use', await refresh(first.refresh)],
    ['the same one again', await refresh(first.refresh)],
  ]
  await revoke(settings, second.access)
  rows.push(['after revocation of the access token', await refresh(second.refresh)])
  report.table(['refresh token', 'answer'], rows)
}

/** Seconds after which each question is asked once more. */
const later = 10

/**
 * @param {Settings} settings
 * @param {Tokens} tokens
 * @param {(seconds: number) => Promise<void>} sleep
 */
async function statesOf(settings, tokens, sleep) {
  const ask = () => Promise.all(waysToAsk(settings, tokens).map(([, way]) => way()))
  const first = await ask()
  await sleep(later)
  const second = await ask()
  return first.map((state, at) => (state === second[at] ? state : `${state}; after ${later} s ${second[at]}`))
}

/** @param {Settings} settings @param {string} idToken */
async function endSession({ issuer }, idToken) {
  const { status } = await ask(`${issuer}/session/end?${new URLSearchParams({ id_token_hint: idToken })}`)
  return status === 0 ? 599 : status
}

/** @param {Settings} settings @param {string} token */
async function revoke({ issuer, appId, appSecret }, token) {
  const fields = { client_id: appId, client_secret: appSecret, token }
  return (await postForm(`${issuer}/token/revocation`, fields)).status
}

/**
 * @param {Settings} settings
 * @param {Report} report
 * @param {Tokens} tokens
 * @param {ReadonlySet<string>} kids
 */
function describeTokens({ issuer, appId }, report, tokens, kids) {
  const { access, id } = tokens
  const rows = Object.entries({ access, id }).map(([kind, token]) => {
    const { header, claims } = partsOf(token)
    const { iss, aud, exp, iat } = claims
    const isOwn =
      header['kid'] === undefined ? 'no kid' : kids.has(`${header['kid']}`) ? 'a kid of the JWKS' : 'another kid'
    const life = typeof exp === 'number' && typeof iat === 'number' ? `${exp - iat} s` : 'not known'
    return [
      kind,
      `${token.split('.').length} parts, alg ${wordOf(header['alg'])}, ${isOwn}, ${shapeOf(header)}`,
      `iss is ${iss === issuer ? 'the issuer' : 'another'}, aud is ${aud === appId ? 'the appId' : 'another'}, life ${life}`,
      shapeOf(claims),
    ]
  })
  report.table(['token', 'header', 'claims', 'names and types'], rows)
}
