import { createHash } from 'node:crypto'
import { ask, described } from './ask.js'
import { shapeOf, wordOf } from './shape.js'

/** @typedef {import('./settings.js').Settings} Settings */

/**
 * Where the JWKS is, and what a key of it has. Returns the `kid`s.
 *
 * @param {Settings} settings
 * @param {import('./report.js').Report} report
 */
export async function askAboutKeys({ issuer, origin, appId }, report) {
  const places = [
    ['issuer/.well-known/jwks.json', `${issuer}/.well-known/jwks.json`],
    ['origin/appId/oidc/.well-known/jwks.json', `${origin}/${appId}/oidc/.well-known/jwks.json`],
  ]
  const answers = await Promise.all(places.map(([, url = '']) => ask(url)))
  const keys = answers.map(({ body }) => (Array.isArray(body?.['keys']) ? body['keys'].filter(isObject) : []))
  const discovery = await ask(`${issuer}/.well-known/openid-configuration`)
  report.section('Keys and discovery')
  report.table(
    ['where', 'answer'],
    [
      ...places.map(([place = ''], at) => [place, described(answers[at] ?? nothing)]),
      ['issuer/.well-known/openid-configuration', described(discovery)],
    ],
  )
  report.table(
    ['key', 'alg', 'use', 'form of its kid'],
    keys.flatMap((some, at) =>
      some.map((key) => [
        `${places[at]?.[0]}: ${wordOf(key['kty'])}`,
        wordOf(key['alg']),
        wordOf(key['use']),
        formOfKid(key),
      ]),
    ),
  )
  const kids = keys.map((some) => some.map(({ kid }) => `${kid}`).sort())
  report.say(
    `The two places have the same keys: ${keys.every((some) => some.length > 0) ? `${kids[0]}` === `${kids[1]}` : 'not known'}.`,
  )
  const { body = {} } = discovery
  report.table(
    ['discovery', 'answer'],
    [
      ['issuer is the configured one', `${body['issuer'] === issuer}`],
      ['jwks_uri is the first place', `${body['jwks_uri'] === places[0]?.[1]}`],
      ['userinfo_endpoint is issuer/me', `${body['userinfo_endpoint'] === `${issuer}/me`}`],
      [
        'introspection_endpoint is issuer/token/introspection',
        `${body['introspection_endpoint'] === `${issuer}/token/introspection`}`,
      ],
      ['id_token_signing_alg_values_supported', listOf(body['id_token_signing_alg_values_supported'])],
      ['backchannel_logout_supported', shapeOf(body['backchannel_logout_supported'])],
    ],
  )
  return new Set(kids.flat())
}

const nothing = { status: 0, type: 'not asked', body: undefined, challenge: null }

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isObject(value) {
  return typeof value === 'object' && value !== null
}

/** @param {unknown} value */
function listOf(value) {
  return Array.isArray(value) ? value.map(wordOf).join(' ') : shapeOf(value)
}

/** Members of a thumbprint, in its order (RFC 7638, 3.2). */
const thumbprintMembers = new Map([
  ['RSA', ['e', 'kty', 'n']],
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
])

/** @param {Record<string, unknown>} key */
function formOfKid(key) {
  const { kid } = key
  if (typeof kid !== 'string') return shapeOf(kid)
  const members = thumbprintMembers.get(`${key['kty']}`) ?? []
  const canonical = JSON.stringify(Object.fromEntries(members.map((name) => [name, key[name]])))
  const thumbprint = createHash('sha256').update(canonical).digest('base64url')
  const alphabet = /^[0-9a-f]+$/.test(kid) ? 'hex' : /^[\w-]+$/.test(kid) ? 'base64url' : 'other'
  return `${kid.length} characters, ${alphabet}${kid === thumbprint ? ', the RFC 7638 thumbprint' : ', no RFC 7638 thumbprint'}`
}
