import type { Json } from './claims.js'
import type { FetchFailure } from './http.js'
import { quote, quoteAudience, quoteExpected } from './quote.js'
import type { Reason } from './reasons.js'

/** A value out of a token: of any type, until its check has passed. */
export type Found = Json | undefined

/** One check. `detail` is for the developer's log: a sentence without a capital and a full stop. */
export interface Check {
  readonly reason: Reason
  readonly detail: (params: never) => string
}

/** Makes a check. Its parameters are those of `detail`. */
export function check<const R extends Reason, Params extends readonly unknown[]>(
  reason: R,
  detail: (...params: Params) => string,
): { readonly reason: R; readonly detail: (...params: Params) => string } {
  return { reason, detail }
}

/** The checks of the header, and of a token up to its claims. See `checks.ts`. */
export const tokenChecks = {
  // The Authorization header, or a bare token.
  header_missing: check('missing_token', () => 'there is no Authorization header'),
  header_other_scheme: check('missing_token', () => 'the Authorization header has another scheme than Bearer'),
  header_bare_token: check(
    'missing_token',
    () => 'the header is a bare token without "Bearer": bearerPrefix: \'optional\' would read this',
  ),
  header_not_string: check('invalid_request', () => 'the Authorization header is not one string'),
  header_without_scheme: check('invalid_request', () => 'the Authorization header does not begin with a scheme'),
  header_without_token: check('invalid_request', () => 'no token follows "Bearer"'),
  header_without_space: check('invalid_request', () => 'a space must follow "Bearer"'),
  header_repeated: check('invalid_request', () => 'there is more than one Authorization header'),
  header_not_one_token: check('invalid_request', () => 'what follows "Bearer" is not one token'),
  token_missing: check('missing_token', () => 'there is no token'),
  token_not_string: check('invalid_request', () => 'the token is not one string'),

  // The form of the token, and its JOSE header.
  token_too_long: check('malformed_token', ({ max }: { max: number }) => `the token is over ${max} characters`),
  token_encrypted: check('encrypted_token', () => 'this is a JWE: turn id token encryption off in the application'),
  token_not_jwt: check('malformed_token', () => 'this is not a JWT: three base64url segments, joined by dots'),
  segment_not_canonical: check('malformed_token', () => 'a segment is not canonical base64url'),
  header_not_json: check('malformed_token', () => 'the header is not a JSON object in UTF-8'),
  claims_not_json: check('malformed_token', () => 'the claims are not a JSON object in UTF-8'),
  enc_present: check('encrypted_token', () => 'the header has enc: a JWE'),
  member_refused: check(
    'malformed_token',
    ({ member }: { member: string }) => `the header has ${member}, which the guard refuses`,
  ),
  kid_not_string: check('malformed_token', ({ kid }: { kid: Found }) => `kid is ${quote(kid)}`),
  typ_not_string: check('malformed_token', ({ typ }: { typ: Found }) => `typ is ${quote(typ)}`),
  typ_other: check('malformed_token', ({ typ }: { typ: string }) => `typ is ${quote(typ)}: another kind of JWT`),
  cty_not_string: check('malformed_token', () => 'cty is not a string'),
  cty_nested: check('malformed_token', () => 'cty says that the token holds another token'),

  // The algorithm, the issuer, the key and the signature.
  alg_unknown: check('wrong_algorithm', ({ alg }: { alg: Found }) => `alg is ${quote(alg)}`),
  alg_not_allowed: check(
    'wrong_algorithm',
    ({ alg }: { alg: string }) => `alg is ${quote(alg)}, which the algorithms option leaves out`,
  ),
  alg_without_secret: check(
    'wrong_algorithm',
    ({ alg }: { alg: string }) =>
      `alg is ${quote(alg)}, and the application has no appSecret here: set it, or choose RS256 in the console`,
  ),
  alg_not_of_key: check('wrong_algorithm', ({ alg }: { alg: string }) => `the key is not for alg ${quote(alg)}`),
  alg_of_legacy: check(
    'wrong_algorithm',
    ({ alg }: { alg: string }) => `alg is ${quote(alg)}, a legacy user.token has HS256`,
  ),
  alg_of_access_token: check('wrong_algorithm', ({ alg }: { alg: string }) => `an access token under ${alg}`),
  iss_missing: check('unknown_issuer', () => 'the token has no iss; a legacy user.token needs the userPool option'),
  iss_unknown: check(
    'unknown_issuer',
    ({ iss, expected }: { iss: Found; expected: readonly string[] }) =>
      `iss is ${quote(iss)}, expected ${quoteExpected(expected) || 'none: only legacy tokens are configured'}`,
  ),
  application_unclear: check(
    'wrong_audience',
    ({ aud, azp }: { aud: Found; azp: Found }) =>
      `aud ${quoteAudience(aud)}, azp ${quote(azp)}: not exactly one of the applications that share this issuer`,
  ),
  kid_missing: check('unknown_key', () => 'there is no kid, and the issuer has several keys'),
  kid_unknown: check('unknown_key', ({ kid }: { kid: string }) => `kid ${quote(kid)} is not a key of the issuer`),
  kid_of_legacy: check(
    'unknown_key',
    ({ kid }: { kid: string }) => `kid is ${quote(kid)}, a legacy user.token has none`,
  ),
  kid_not_asked: check(
    'keys_unavailable',
    ({ kid }: { kid: Found }) => `kid ${quote(kid)} is unknown; the JWKS refresh limit is reached, retry later`,
  ),
  keys_not_fetched: check('keys_unavailable', ({ error }: FetchFailure) => error),
  keys_too_old: check('keys_unavailable', () => 'the keys are too old'),
  signature_invalid: check('bad_signature', () => 'the signature does not verify'),

  // The times and the claims.
  exp_passed: check('expired_token', ({ exp, now }: { exp: number; now: number }) => `exp is ${exp}, it is ${now}`),
  iat_too_old: check(
    'expired_token',
    ({ iat, now }: { iat: number; now: number }) => `iat is ${iat}, it is ${now}: older than maxTokenAge`,
  ),
  iat_before_revocations: check(
    'expired_token',
    ({ iat }: { iat: number }) => `iat is ${iat}: older than the revocations that are remembered`,
  ),
  nbf_ahead: check('not_yet_valid', ({ nbf, now }: { nbf: number; now: number }) => `nbf is ${nbf}, it is ${now}`),
  iat_ahead: check('not_yet_valid', ({ iat, now }: { iat: number; now: number }) => `iat is ${iat}, it is ${now}`),
  iat_missing: check(
    'wrong_claim',
    ({ needs }: { needs: 'maxTokenAge' | 'revocation' }) => `iat is missing, and ${needs} needs it`,
  ),
  claim_not_string: check('wrong_claim', ({ claim }: { claim: string }) => `${claim} is not a string`),
  claim_empty: check('wrong_claim', ({ claim }: { claim: string }) => `${claim} is empty`),
  claim_not_time: check(
    'wrong_claim',
    ({ claim, time }: { claim: string; time: Found }) => `${claim} is ${quote(time)}, not a time`,
  ),
  token_bound: check('wrong_claim', () => 'cnf: the token is bound to a key, and is not a bearer token'),
  token_of_event: check('wrong_claim', () => 'events: the token reports an event, and is not a bearer token'),
  token_of_management: check('wrong_claim', () => 'scoped_userpool_id: a management token'),
  user_unclear: check('wrong_claim', () => 'sub and data.id are two users'),
  user_missing: check('wrong_claim', () => 'neither sub nor data.id names a user'),
  legacy_claim: check(
    'wrong_claim',
    ({ claim }: { claim: string }) => `${claim} is in the token, which a legacy user.token never has`,
  ),
  legacy_data_type: check('wrong_claim', () => 'data.type is not "user"'),
  legacy_pool: check('wrong_audience', () => 'data.userPoolId (or data.clientId) is another user pool'),
} as const satisfies Readonly<Record<string, Check>>
