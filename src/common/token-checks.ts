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

/** The checks of the header, and of a token up to its claims. See `checks.ts`. */
export const tokenChecks = {
  // The Authorization header, or a bare token.
  header_missing: { reason: 'missing_token', detail: () => 'there is no Authorization header' },
  header_other_scheme: {
    reason: 'missing_token',
    detail: () => 'the Authorization header has another scheme than Bearer',
  },
  header_bare_token: {
    reason: 'missing_token',
    detail: () => 'the header is a bare token without "Bearer": bearerPrefix: \'optional\' would read this',
  },
  header_not_string: { reason: 'invalid_request', detail: () => 'the Authorization header is not one string' },
  header_without_scheme: {
    reason: 'invalid_request',
    detail: () => 'the Authorization header does not begin with a scheme',
  },
  header_without_token: { reason: 'invalid_request', detail: () => 'no token follows "Bearer"' },
  header_without_space: { reason: 'invalid_request', detail: () => 'a space must follow "Bearer"' },
  header_repeated: { reason: 'invalid_request', detail: () => 'there is more than one Authorization header' },
  header_not_one_token: { reason: 'invalid_request', detail: () => 'what follows "Bearer" is not one token' },
  token_missing: { reason: 'missing_token', detail: () => 'there is no token' },
  token_not_string: { reason: 'invalid_request', detail: () => 'the token is not one string' },

  // The form of the token, and its JOSE header.
  token_too_long: {
    reason: 'malformed_token',
    detail: ({ max }: { max: number }) => `the token is over ${max} characters`,
  },
  token_encrypted: {
    reason: 'encrypted_token',
    detail: () => 'this is a JWE: turn id token encryption off in the application',
  },
  token_not_jwt: {
    reason: 'malformed_token',
    detail: () => 'this is not a JWT: three base64url segments, joined by dots',
  },
  segment_not_canonical: { reason: 'malformed_token', detail: () => 'a segment is not canonical base64url' },
  header_not_json: { reason: 'malformed_token', detail: () => 'the header is not a JSON object in UTF-8' },
  claims_not_json: { reason: 'malformed_token', detail: () => 'the claims are not a JSON object in UTF-8' },
  enc_present: { reason: 'encrypted_token', detail: () => 'the header has enc: a JWE' },
  member_refused: {
    reason: 'malformed_token',
    detail: ({ member }: { member: string }) => `the header has ${member}, which the guard refuses`,
  },
  kid_not_string: { reason: 'malformed_token', detail: ({ kid }: { kid: Found }) => `kid is ${quote(kid)}` },
  typ_not_string: { reason: 'malformed_token', detail: ({ typ }: { typ: Found }) => `typ is ${quote(typ)}` },
  typ_other: {
    reason: 'malformed_token',
    detail: ({ typ }: { typ: string }) => `typ is ${quote(typ)}: another kind of JWT`,
  },
  cty_not_string: { reason: 'malformed_token', detail: () => 'cty is not a string' },
  cty_nested: { reason: 'malformed_token', detail: () => 'cty says that the token holds another token' },

  // The algorithm, the issuer, the key and the signature.
  alg_unknown: { reason: 'wrong_algorithm', detail: ({ alg }: { alg: Found }) => `alg is ${quote(alg)}` },
  alg_not_allowed: {
    reason: 'wrong_algorithm',
    detail: ({ alg }: { alg: string }) => `alg is ${quote(alg)}, which the algorithms option leaves out`,
  },
  alg_without_secret: {
    reason: 'wrong_algorithm',
    detail: ({ alg }: { alg: string }) =>
      `alg is ${quote(alg)}, and the application has no appSecret here: set it, or choose RS256 in the console`,
  },
  alg_not_of_key: {
    reason: 'wrong_algorithm',
    detail: ({ alg }: { alg: string }) => `the key is not for alg ${quote(alg)}`,
  },
  alg_of_legacy: {
    reason: 'wrong_algorithm',
    detail: ({ alg }: { alg: string }) => `alg is ${quote(alg)}, a legacy user.token has HS256`,
  },
  alg_of_access_token: {
    reason: 'wrong_algorithm',
    detail: ({ alg }: { alg: string }) => `an access token under ${alg}`,
  },
  iss_missing: {
    reason: 'unknown_issuer',
    detail: () => 'the token has no iss; a legacy user.token needs the userPool option',
  },
  iss_unknown: {
    reason: 'unknown_issuer',
    detail: ({ iss, expected }: { iss: Found; expected: readonly string[] }) =>
      `iss is ${quote(iss)}, expected ${quoteExpected(expected) || 'none: only legacy tokens are configured'}`,
  },
  application_unclear: {
    reason: 'wrong_audience',
    detail: ({ aud, azp }: { aud: Found; azp: Found }) =>
      `aud ${quoteAudience(aud)}, azp ${quote(azp)}: not exactly one of the applications that share this issuer`,
  },
  kid_missing: { reason: 'unknown_key', detail: () => 'there is no kid, and the issuer has several keys' },
  kid_unknown: {
    reason: 'unknown_key',
    detail: ({ kid }: { kid: string }) => `kid ${quote(kid)} is not a key of the issuer`,
  },
  kid_of_legacy: {
    reason: 'unknown_key',
    detail: ({ kid }: { kid: string }) => `kid is ${quote(kid)}, a legacy user.token has none`,
  },
  kid_not_asked: {
    reason: 'keys_unavailable',
    detail: ({ kid }: { kid: Found }) => `kid ${quote(kid)} is unknown; the JWKS refresh limit is reached, retry later`,
  },
  keys_not_fetched: { reason: 'keys_unavailable', detail: ({ error }: FetchFailure) => error },
  keys_too_old: { reason: 'keys_unavailable', detail: () => 'the keys are too old' },
  signature_invalid: { reason: 'bad_signature', detail: () => 'the signature does not verify' },

  // The times and the claims.
  exp_passed: {
    reason: 'expired_token',
    detail: ({ exp, now }: { exp: number; now: number }) => `exp is ${exp}, it is ${now}`,
  },
  iat_too_old: {
    reason: 'expired_token',
    detail: ({ iat, now }: { iat: number; now: number }) => `iat is ${iat}, it is ${now}: older than maxTokenAge`,
  },
  iat_before_revocations: {
    reason: 'expired_token',
    detail: ({ iat }: { iat: number }) => `iat is ${iat}: older than the revocations that are remembered`,
  },
  nbf_ahead: {
    reason: 'not_yet_valid',
    detail: ({ nbf, now }: { nbf: number; now: number }) => `nbf is ${nbf}, it is ${now}`,
  },
  iat_ahead: {
    reason: 'not_yet_valid',
    detail: ({ iat, now }: { iat: number; now: number }) => `iat is ${iat}, it is ${now}`,
  },
  iat_missing: {
    reason: 'wrong_claim',
    detail: ({ needs }: { needs: 'maxTokenAge' | 'revocation' }) => `iat is missing, and ${needs} needs it`,
  },
  claim_not_string: {
    reason: 'wrong_claim',
    detail: ({ claim }: { claim: string }) => `${claim} is not a string`,
  },
  claim_empty: { reason: 'wrong_claim', detail: ({ claim }: { claim: string }) => `${claim} is empty` },
  claim_not_time: {
    reason: 'wrong_claim',
    detail: ({ claim, time }: { claim: string; time: Found }) => `${claim} is ${quote(time)}, not a time`,
  },
  token_bound: {
    reason: 'wrong_claim',
    detail: () => 'cnf: the token is bound to a key, and is not a bearer token',
  },
  token_of_event: {
    reason: 'wrong_claim',
    detail: () => 'events: the token reports an event, and is not a bearer token',
  },
  token_of_management: { reason: 'wrong_claim', detail: () => 'scoped_userpool_id: a management token' },
  user_unclear: { reason: 'wrong_claim', detail: () => 'sub and data.id are two users' },
  user_missing: { reason: 'wrong_claim', detail: () => 'neither sub nor data.id names a user' },
  legacy_claim: {
    reason: 'wrong_claim',
    detail: ({ claim }: { claim: string }) => `${claim} is in the token, which a legacy user.token never has`,
  },
  legacy_data_type: { reason: 'wrong_claim', detail: () => 'data.type is not "user"' },
  legacy_pool: {
    reason: 'wrong_audience',
    detail: () => 'data.userPoolId (or data.clientId) is another user pool',
  },
} as const satisfies Readonly<Record<string, Check>>
