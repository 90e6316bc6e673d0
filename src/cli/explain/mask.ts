import { isObject, type Json, type JsonObject } from '../../common/claims.js'

/** Claims about the token, not about a person. */
const technical: ReadonlySet<string> = new Set([
  ...[
    'iss',
    'aud',
    'azp',
    'client_id',
    'exp',
    'iat',
    'nbf',
    'scope',
    'token_use',
    'jti',
    'userpool_id',
    'scoped_userpool_id',
  ],
  ...['tenant_id', 'userPoolId', 'appId', 'clientId', 'type'],
])
/** Header members about the key. */
const plainHeader: ReadonlySet<string> = new Set([
  'alg',
  'typ',
  'kid',
  'cty',
  'enc',
  'zip',
  'crit',
  'b64',
  'jku',
  'x5u',
])
const hidden = '***'

/** Masks the personal claims. Their names stay visible, and so does null, which means that they are not set. */
export function maskClaims(claims: JsonObject): JsonObject {
  return masked(claims, technical)
}

/** Masks a header: its other members can hold anything, such as a key or a certificate. */
export function maskHeader(header: JsonObject): JsonObject {
  return masked(header, plainHeader)
}

function masked(object: JsonObject, plain: ReadonlySet<string>): JsonObject {
  const entries = Object.entries(object).map(([name, value]): [string, Json] => {
    if (value === null || (plain.has(name) && isFlat(value))) return [name, value]
    // In tokens of the older SDKs, data holds the user and the user pool.
    return [name, name === 'data' && isObject(value) ? masked(value, plain) : hidden]
  })
  return Object.fromEntries(entries)
}

/** A string, a number or a list of them. Deeper values can hold anything. */
function isFlat(value: Json): boolean {
  return [value].flat().every((member) => typeof member !== 'object')
}
