import { isObject, type Json, type JsonObject } from '../../common/claims.js'

/** Claims that tell of the token, not of a person. */
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
/** Header members that tell which key it was. */
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

/** Claims with what is personal in them hidden: names stay, and so does null, which says that nobody filled it in. */
export function maskClaims(claims: JsonObject): JsonObject {
  return masked(claims, technical)
}

/** A header, whose other members may be anything: a key, a certificate. */
export function maskHeader(header: JsonObject): JsonObject {
  return masked(header, plainHeader)
}

function masked(object: JsonObject, plain: ReadonlySet<string>): JsonObject {
  const entries = Object.entries(object).map(([name, value]): [string, Json] => {
    if (value === null || (plain.has(name) && isFlat(value))) return [name, value]
    // The older SDKs' tokens have the user in there, and which pool it is of.
    return [name, name === 'data' && isObject(value) ? masked(value, plain) : hidden]
  })
  return Object.fromEntries(entries)
}

/** A word, a number or a list of them: in anything deeper there may be anything. */
function isFlat(value: Json): boolean {
  return [value].flat().every((member) => typeof member !== 'object')
}
