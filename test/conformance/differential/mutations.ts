import * as fc from 'fast-check'
import type { Mutation } from './mutate.js'
import { appId, at, issuer, type Signer, signers, strangeJwk, tolerance } from './signing.js'
import { type Edit, json, type Part } from './tokens.js'

type Values = Readonly<Record<string, readonly (string | undefined)[]>>

const noStrings = ['5', 'null', '""', '["a"]', '{}'] as const
const noTimes = [json(String(at)), 'null', 'true', '[]', undefined] as const
const beyond = ['9e12', '-9e12', '1e999', '-1e999'] as const
const around = (time: number) => [-1, -0.5, 0, 0.5, 1].map((more) => json(time + more))

/** What is set in a header. */
const headerValues: Values = {
  alg: [
    ...['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256', 'RS384', 'ES384', 'PS512', 'HS384', 'none', 'None'].map(json),
    ...['rs256', 'RS256 ', 'Ed25519', 'ES256K', 'toString'].map(json),
    ...['5', 'null', '["RS256"]', undefined],
  ],
  kid: [
    ...['kid-RS256', 'kid-PS256', 'kid-ES256', 'kid-EdDSA', 'unknown', '../../key'].map(json),
    ...noStrings,
    undefined,
  ],
  typ: [
    ...['jwt', 'JWT', 'at+jwt', 'application/JWT', 'application/at+jwt', 'JWT ', 'JWS', 'dpop+jwt'].map(json),
    ...['logout+jwt', 'secevent+jwt', 'token-introspection+jwt'].map(json),
    ...['5', 'null', '["JWT"]', undefined],
  ],
  cty: ['"JWT"', '"application/jwt"', '"json"', '5'],
  crit: ['["b64"]', '["exp"]', '[]', '"b64"', 'null'],
  b64: ['true', 'false', 'null'],
  zip: ['"DEF"'],
  enc: ['"A256GCM"'],
  jwk: [strangeJwk],
  jku: ['"https://attacker.example/jwks.json"'],
  x5u: ['"https://attacker.example/cert.pem"'],
  x5c: ['["MIIB"]'],
  'x-trace': ['"1"'],
  ['__proto__']: ['{"alg":"none","crit":["b64"]}'],
}

/** What is set in the claims. */
const claimValues: Values = {
  exp: [...around(at), ...around(at - tolerance), json(at + 1e9), ...beyond, ...noTimes],
  nbf: [...around(at), ...around(at + tolerance), '-1', ...beyond, ...noTimes],
  iat: [...around(at), ...around(at + tolerance), json(at + 1e6), ...beyond, ...noTimes],
  iss: [issuer, `${issuer}/`, issuer.toUpperCase(), `${issuer} `].map(json).concat(json([issuer]), noStrings),
  aud: [
    ...[
      appId,
      [appId],
      [appId, appId],
      [appId, 'another'],
      ['another', appId],
      [appId, 5],
      [appId, ''],
      'another',
      ['another'],
      [],
    ].map(json),
    ...[json(`${appId} `), json(appId.toUpperCase()), json({ [appId]: 1 }), '5', 'null', undefined],
  ],
  // Nobody at all three times: what that means depends on the kind of token.
  sub: [...noStrings, json('another user'), json(appId), undefined, undefined, undefined],
  jti: [...noStrings, json('an id'), undefined],
  scope: [...noStrings, json('admin'), undefined],
  azp: [...noStrings, json(appId), json('another')],
  client_id: [...noStrings, json(appId), json('another'), json('5f719946524ee1099229496b')],
  userpool_id: [...noStrings, json('another')],
  tenant_id: [...noStrings, json('a tenant')],
  data: ['{"id":"another"}', '{"id":"5f719946524ee1099229496b"}', '{"id":5}', '5', 'null'],
  cnf: ['{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}', 'null'],
  scoped_userpool_id: ['"600a8f29cead8fc0127f9da6"'],
  nonce: ['"n"', '5', undefined],
  email: ['"mick@example.com"', 'null', '"\\ud800"'],
  address: ['{"country":null}'],
  roles: ['["a","b"]'],
  ['__proto__']: ['{"iss":"https://attacker.example"}'],
}

const editOf = (values: Values) =>
  fc.constantFrom(...Object.entries(values).flatMap(([name, texts]) => texts.map((text): Edit => [name, text])))
const headerEdit = editOf(headerValues)
const claimEdit = editOf(claimValues)
// Two that mean something only together.
const extension = fc.constant<readonly Edit[]>([
  ['crit', '["b64"]'],
  ['b64', 'true'],
])

/** Things to choose from, each so many times as likely as another. */
function weighed<T>(...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })))
}

const edits = weighed<{ readonly of: Part; readonly edits: readonly Edit[] }>(
  [6, fc.record({ of: fc.constant('header'), edits: fc.tuple(headerEdit) })],
  [2, fc.record({ of: fc.constant('header'), edits: fc.tuple(headerEdit, headerEdit) })],
  [9, fc.record({ of: fc.constant('claims'), edits: fc.tuple(claimEdit) })],
  [3, fc.record({ of: fc.constant('claims'), edits: fc.tuple(claimEdit, claimEdit) })],
  [1, fc.record({ of: fc.constant('header'), edits: extension })],
)
const share = fc.double({ min: 0, max: 1, noNaN: true })
const bit = fc.integer({ min: 0, max: 7 })
const segment = fc.integer({ min: 0, max: 2 })
const foreign = [
  '\t',
  '\n',
  '\r\n',
  ' ',
  '\f',
  '=',
  '==',
  '+',
  '/',
  '.',
  ',',
  '~',
  '?',
  '\0',
  'é',
  '\u00a0',
  'ａ',
  '🔑',
]
const written = fc.constantFrom(...foreign, 'A', '_', '-', '0', '')
const whiteSpaceOrPadding = fc.constantFrom('\t', '\n', '\r\n', ' ', '=', '==', '+', '/')
const signer = weighed<Signer>([5, fc.constant(signers[0])], [2, fc.constantFrom(...signers)])
// UTF-8's byte order mark, bytes that are no UTF-8, and white space, which JSON allows.
const bytes = fc.constantFrom([0xef, 0xbb, 0xbf], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x20, 0x0a, 0x09], [0x0c])
const edge = (at: number) => weighed([1, fc.constant(at)], [1, share])
const is = <K extends Mutation['kind']>(kind: K) => fc.constant(kind)

/** Any mutation; most of them fail before a key is needed. */
export const mutations: fc.Arbitrary<Mutation> = weighed<Mutation>(
  [5, fc.record({ kind: is('none') })],
  [14, fc.record({ kind: is('flipped bit'), where: share, bit })],
  [10, fc.record({ kind: is('written over'), where: share, over: fc.integer({ min: 0, max: 2 }), text: written })],
  [4, fc.record({ kind: is('cut'), from: edge(0), to: edge(1) })],
  [6, fc.record({ kind: is('swapped'), segment, other: share })],
  [10, edits.map((edit) => ({ kind: 'unsigned edit', ...edit }))],
  [36, fc.tuple(edits, signer).map(([edit, by]) => ({ kind: 'signed edit', ...edit, signer: by }))],
  [6, fc.record({ kind: is('respelled'), segment, where: edge(1), text: whiteSpaceOrPadding })],
  [4, fc.record({ kind: is('trailing bits'), segment, add: fc.integer({ min: 1, max: 15 }) })],
  [2, fc.record({ kind: is('first bytes'), of: fc.constantFrom<Part>('header', 'claims'), bytes })],
  [1, fc.record({ kind: is('length'), characters: fc.integer({ min: 16_370, max: 16_400 }) })],
  [4, fc.record({ kind: is('signature bit'), where: share, bit })],
  [1, fc.record({ kind: is('signature twin') })],
  [1, fc.record({ kind: is('signature zeroed') })],
)
