import type { Reason } from 'authing-guard'
import { appId, at, tolerance } from './signing.js'

/** A token that the guard refuses and jose accepts, read as leniently as jose reads it. */
export interface Stricter {
  readonly token: string
  readonly header: Record<string, unknown>
  readonly claims: Record<string, unknown>
}

/** One way in which the guard is stricter than jose on purpose. */
export interface StricterClass {
  readonly name: string
  readonly why: string
  readonly reason: Reason
  readonly holds: (token: Stricter) => boolean
}

const hasAny = (members: Record<string, unknown>, ...names: readonly string[]) =>
  names.some((name) => Object.hasOwn(members, name))
const isText = (value: unknown) => typeof value === 'string' && value !== ''
const isAbsent = (value: unknown) => value === undefined
const segmentsOf = (token: string) => token.split('.')
const mediaType = (value: unknown) =>
  typeof value === 'string' ? value.toLowerCase().replace(/^application\//, '') : value
const bytesOf = (segment = '') => Buffer.from(segment, 'base64url')
const isMarked = (segment: string) =>
  bytesOf(segment)
    .subarray(0, 3)
    .equals(Buffer.from([0xef, 0xbb, 0xbf]))
const isSpelled = (token: string) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
const isAccessToken = ({ header, claims }: Stricter) => {
  if (mediaType(header['typ']) === 'at+jwt') return true
  const hasData = typeof claims['data'] === 'object' && claims['data'] !== null
  if (hasData && hasAny(claims, 'userpool_id', 'sub')) return false
  return !hasAny(claims, 'nonce') && typeof claims['jti'] === 'string' && typeof claims['scope'] === 'string'
}
const isMachine = ({ sub, aud, azp, client_id: client }: Record<string, unknown>) =>
  isAbsent(sub) || [appId, aud, azp, client].flat().includes(sub)
const idOfData = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && 'id' in data ? data.id : undefined

/** In the order in which the guard looks. */
export const stricterClasses: readonly StricterClass[] = [
  {
    name: 'white space or padding',
    why: 'a segment is base64url without padding, line ends or white space (RFC 7515, 2); atob, which jose decodes with, drops white space and takes "="',
    reason: 'invalid_request',
    holds: ({ token }) => /[\t\n\f\r =]/.test(token) && !isSpelled(token),
  },
  {
    name: 'padding at the end',
    why: 'the same, where "=" stands last and is still a b64token (RFC 6750, 2.1)',
    reason: 'malformed_token',
    holds: ({ token }) => /^[\w-]+\.[\w-]+\.[\w-]+=+$/.test(token),
  },
  {
    name: 'over 16 KiB',
    why: 'nothing is decoded for a token of that size',
    reason: 'malformed_token',
    holds: ({ token }) => token.length > 16_384,
  },
  {
    name: 'trailing bits',
    why: 'bits that the last character has too many are not zero (RFC 4648, 3.5): one token, one spelling',
    reason: 'malformed_token',
    holds: ({ token }) =>
      isSpelled(token) && segmentsOf(token).some((segment) => bytesOf(segment).toString('base64url') !== segment),
  },
  {
    name: 'byte order mark',
    why: 'JSON between systems has none (RFC 8259, 8.1); jose drops it',
    reason: 'malformed_token',
    holds: ({ token }) => segmentsOf(token).slice(0, 2).some(isMarked),
  },
  {
    name: 'enc',
    why: "the header is a JWE's",
    reason: 'encrypted_token',
    holds: ({ header }) => !isAbsent(header['enc']),
  },
  {
    name: 'extension',
    why: 'crit and b64 change what is signed (RFC 7797); Authing sends neither, and jose knows b64',
    reason: 'malformed_token',
    holds: ({ header }) => hasAny(header, 'crit', 'b64'),
  },
  {
    name: 'key in the header',
    why: 'a token does not choose its own key (RFC 8725, 2.9 and 3.10); jose leaves the member unread',
    reason: 'malformed_token',
    holds: ({ header }) => hasAny(header, 'jwk', 'jku', 'x5u', 'x5c'),
  },
  { name: 'zip', why: 'no JWS is deflated', reason: 'malformed_token', holds: ({ header }) => hasAny(header, 'zip') },
  {
    name: 'kid is no string',
    why: 'it is one (RFC 7515, 4.1.4); jose does not look at it where the key is a secret',
    reason: 'malformed_token',
    holds: ({ header }) => !isAbsent(header['kid']) && typeof header['kid'] !== 'string',
  },
  {
    name: 'nested',
    why: 'cty: JWT says that another token is in it; a cty is a string',
    reason: 'malformed_token',
    holds: ({ header }) =>
      mediaType(header['cty']) === 'jwt' || !['undefined', 'string'].includes(typeof header['cty']),
  },
  {
    name: 'another typ',
    why: 'a token of another kind is no credential (RFC 8725, 3.11); jose looks at typ only where it is told to',
    reason: 'malformed_token',
    holds: ({ header }) => !['jwt', 'at+jwt', undefined].some((typ) => mediaType(header['typ']) === typ),
  },
  {
    name: 'a claim of the wrong type',
    why: 'RFC 7519, 4.1: these are strings, and an empty one names nobody; jose does not look',
    reason: 'wrong_claim',
    holds: ({ claims }) =>
      ['sub', 'jti', 'azp', 'client_id'].some((name) => !isAbsent(claims[name]) && !isText(claims[name])) ||
      !['string', 'undefined'].includes(typeof claims['scope']) ||
      typeof (claims['userpool_id'] ?? '') !== 'string' ||
      (!Array.isArray(claims['tenant_id']) && typeof (claims['tenant_id'] ?? '') !== 'string'),
  },
  {
    name: 'absurd time',
    why: 'no Date tells it; 1e999 is Infinity once it is read',
    reason: 'wrong_claim',
    holds: ({ claims }) => ['exp', 'iat', 'nbf'].some((name) => Math.abs(Number(claims[name] ?? 0)) > 8.64e12),
  },
  {
    name: 'a list in aud that holds something else',
    why: 'RFC 7519, 4.1.3: strings; jose is content with the one it looks for',
    reason: 'wrong_audience',
    holds: ({ claims: { aud } }) => Array.isArray(aud) && !aud.every(isText),
  },
  {
    name: 'bound to a key',
    why: 'cnf: whoever holds the token must show a key as well (RFC 7800), which nobody did',
    reason: 'wrong_claim',
    holds: ({ claims }) => (claims['cnf'] ?? null) !== null,
  },
  {
    name: 'management token',
    why: "scoped_userpool_id: for Authing's own API",
    reason: 'wrong_claim',
    holds: ({ claims }) => hasAny(claims, 'scoped_userpool_id'),
  },
  {
    name: 'issued in the future',
    why: 'jose looks at iat only together with maxTokenAge',
    reason: 'not_yet_valid',
    holds: ({ claims }) => Number(claims['iat']) > at + tolerance,
  },
  {
    name: 'access token under HS256',
    why: 'Authing signs them with RS256 always: a secret is in more hands than a private key',
    reason: 'wrong_algorithm',
    holds: (token) => token.header['alg'] === 'HS256' && isAccessToken(token),
  },
  {
    name: 'several audiences',
    why: 'an id or user token is for one application and nobody else',
    reason: 'wrong_audience',
    holds: (token) => {
      const { aud } = token.claims
      return Array.isArray(aud) && aud.length > 1 && aud.includes(appId) && !isAccessToken(token)
    },
  },
  {
    name: 'two users',
    why: 'sub and data.id of a token are one and the same user',
    reason: 'wrong_claim',
    holds: (token) => {
      const { sub, data } = token.claims
      return isText(sub) && !isAbsent(idOfData(data)) && idOfData(data) !== sub
    },
  },
  {
    name: 'no user',
    why: 'an id token without sub says of nobody who it is',
    reason: 'wrong_claim',
    holds: (token) => isAbsent(token.claims['sub']) && !isText(idOfData(token.claims['data'])) && !isAccessToken(token),
  },
  {
    name: 'machine',
    why: "an access token without a user is a machine's, and machines are strangers until accessKeys names them",
    reason: 'not_admitted',
    holds: (token) => isAccessToken(token) && isMachine(token.claims),
  },
]
