import type { Json } from './claims.js'
import type { FetchFailure } from './http.js'
import type { TokenType } from './identity.js'
import type { Reason } from './reasons.js'

/** A value out of a token: of any type, until its check has passed. */
export type Found = Json | undefined

/**
 * The types of the parameters, by name. They hold no token, no secret and no personal claim. Of a token only `iss`, `aud`,
 * `azp`, `alg`, `kid`, `typ` and times are parameters, under these names: `quote.ts` goes by them.
 */
export interface CheckParameters {
  readonly iss: Found
  readonly aud: Found
  readonly azp: Found
  readonly alg: Found
  readonly kid: Found
  readonly typ: Found
  /** A claim that should be a time. */
  readonly time: Found
  /** In seconds since the epoch, as are the next three. */
  readonly exp: number
  readonly nbf: number
  readonly iat: number
  readonly now: number
  /** The values that would have been accepted. */
  readonly expected: readonly string[]
  readonly max: number
  readonly member: string
  readonly claim: string
  readonly client: 'missing' | 'another client'
  readonly needs: 'maxTokenAge' | 'revocation'
  readonly tokenType: TokenType
  readonly accept: readonly TokenType[]
  readonly kinds: readonly string[]
  /** What was revoked. */
  readonly by: 'token' | 'user' | 'client'
  /** The field of the requirement. */
  readonly field: string
  readonly scope: string
  readonly action: string
  readonly hook: string
  /** The JavaScript type of what a hook returned. */
  readonly type: string
  /** Why a hook did not answer. What it threw is not shown: it may hold anything. */
  readonly error: string
  readonly failure: FetchFailure
  /** Members of a JWKS that are no usable key, and why. */
  readonly skipped: string
}

/**
 * Every check that can refuse a request: its reason, and the text for the developer's log, a sentence without a capital and
 * a full stop. A name in braces is a parameter.
 */
export const checks = {
  // The Authorization header, or a bare token.
  header_missing: ['missing_token', 'there is no Authorization header'],
  header_other_scheme: ['missing_token', 'the Authorization header has another scheme than Bearer'],
  header_bare_token: [
    'missing_token',
    'the header is a bare token without "Bearer": bearerPrefix: \'optional\' would read this',
  ],
  header_not_string: ['invalid_request', 'the Authorization header is not one string'],
  header_without_scheme: ['invalid_request', 'the Authorization header does not begin with a scheme'],
  header_without_token: ['invalid_request', 'no token follows "Bearer"'],
  header_without_space: ['invalid_request', 'a space must follow "Bearer"'],
  header_repeated: ['invalid_request', 'there is more than one Authorization header'],
  header_not_one_token: ['invalid_request', 'what follows "Bearer" is not one token'],
  token_missing: ['missing_token', 'there is no token'],
  token_not_string: ['invalid_request', 'the token is not one string'],

  // The form of the token, and its JOSE header.
  token_too_long: ['malformed_token', 'the token is over {max} characters'],
  token_encrypted: ['encrypted_token', 'this is a JWE: turn id token encryption off in the application'],
  token_not_jwt: ['malformed_token', 'this is not a JWT: three base64url segments, joined by dots'],
  segment_not_canonical: ['malformed_token', 'a segment is not canonical base64url'],
  header_not_json: ['malformed_token', 'the header is not a JSON object in UTF-8'],
  claims_not_json: ['malformed_token', 'the claims are not a JSON object in UTF-8'],
  enc_present: ['encrypted_token', 'the header has enc: a JWE'],
  member_refused: ['malformed_token', 'the header has {member}, which the guard refuses'],
  kid_not_string: ['malformed_token', 'kid is {kid}'],
  typ_not_string: ['malformed_token', 'typ is {typ}'],
  typ_other: ['malformed_token', 'typ is {typ}: another kind of JWT'],
  cty_not_string: ['malformed_token', 'cty is not a string'],
  cty_nested: ['malformed_token', 'cty says that the token holds another token'],

  // The algorithm, the issuer, the key and the signature.
  alg_unknown: ['wrong_algorithm', 'alg is {alg}'],
  alg_not_allowed: ['wrong_algorithm', 'alg is {alg}, which the algorithms option leaves out'],
  alg_without_secret: [
    'wrong_algorithm',
    'alg is {alg}, and the application has no appSecret here: set it, or choose RS256 in the console',
  ],
  alg_not_of_key: ['wrong_algorithm', 'the key is not for alg {alg}'],
  alg_of_legacy: ['wrong_algorithm', 'alg is {alg}, a legacy user.token has HS256'],
  alg_of_access_token: ['wrong_algorithm', 'alg is {alg}, and this is an access token'],
  iss_missing: ['unknown_issuer', 'the token has no iss; a legacy user.token needs the userPool option'],
  iss_unknown: ['unknown_issuer', 'iss is {iss}, expected {expected}'],
  iss_without_application: ['unknown_issuer', 'iss is {iss}, expected none: only legacy tokens are configured'],
  application_not_named: ['wrong_audience', 'aud {aud}, azp {azp}: none of the applications that share this issuer'],
  application_unclear: [
    'wrong_audience',
    'aud {aud}, azp {azp}: more than one of the applications that share this issuer',
  ],
  kid_missing: ['unknown_key', 'there is no kid, and the issuer has several keys'],
  kid_unknown: ['unknown_key', 'kid {kid} is not a key of the issuer'],
  kid_not_usable: [
    'unknown_key',
    'kid {kid} is not a usable key of the issuer; these members of its JWKS are none: {skipped}',
  ],
  kid_of_legacy: ['unknown_key', 'kid is {kid}, a legacy user.token has none'],
  kid_not_asked: ['keys_unavailable', 'kid {kid} is unknown; the JWKS refresh limit is reached, retry later'],
  keys_not_fetched: ['keys_unavailable', '{failure}'],
  keys_too_old: ['keys_unavailable', 'the keys are too old'],
  signature_invalid: ['bad_signature', 'the signature does not verify'],

  // The times and the claims.
  exp_passed: ['expired_token', 'exp is {exp}, it is {now}'],
  iat_too_old: ['expired_token', 'iat is {iat}, it is {now}: older than maxTokenAge'],
  iat_before_revocations: ['expired_token', 'iat is {iat}: older than the revocations that are remembered'],
  nbf_ahead: ['not_yet_valid', 'nbf is {nbf}, it is {now}'],
  iat_ahead: ['not_yet_valid', 'iat is {iat}, it is {now}'],
  iat_missing: ['wrong_claim', 'iat is missing, and {needs} needs it'],
  claim_not_string: ['wrong_claim', '{claim} is not a string'],
  claim_empty: ['wrong_claim', '{claim} is empty'],
  claim_not_time: ['wrong_claim', '{claim} is {time}, not a time'],
  token_bound: ['wrong_claim', 'cnf: the token is bound to a key, and is not a bearer token'],
  token_of_event: ['wrong_claim', 'events: the token reports an event, and is not a bearer token'],
  token_of_refresh: ['wrong_claim', 'token_use: a refresh token, which is for the token endpoint alone'],
  token_of_management: ['wrong_claim', 'scoped_userpool_id: a management token'],
  user_unclear: ['wrong_claim', 'sub and data.id are two users'],
  user_missing: ['wrong_claim', 'neither sub nor data.id names a user'],
  legacy_claim: ['wrong_claim', '{claim} is in the token, which a legacy user.token never has'],
  legacy_data_type: ['wrong_claim', 'data.type is not "user"'],
  legacy_pool: ['wrong_audience', 'data.userPoolId (or data.clientId) is another user pool'],

  // Who the token is for, and who holds it.
  aud_malformed: ['wrong_audience', 'aud is neither a string nor a list of strings'],
  aud_other: ['wrong_audience', 'aud is {aud}, expected {expected}'],
  aud_not_alone: ['wrong_audience', 'aud is {aud}: {tokenType} must be for {expected} alone'],
  aud_of_access_token: ['wrong_audience', 'aud is {aud}, azp {azp}, expected {expected}'],
  client_other: ['wrong_audience', 'client_id is {client}, expected {expected}'],
  type_not_accepted: ['not_admitted', 'the accept option leaves out {tokenType}'],
  access_key_not_named: ['not_admitted', 'aud {aud}, azp {azp}: not an access key that accessKeys names'],
  client_not_named: ['not_admitted', 'accessKeys does not name the client of the token'],
  delegate_not_allowed: ['not_admitted', 'aud {aud} acts for a user, and delegates are refused'],
  client_for_user: ['not_admitted', 'an access key acts for a user, and delegates are refused'],

  // Is the token still valid?
  introspection_inactive: ['inactive_token', 'the issuer says that the token is not active'],
  introspection_token_type: ['not_admitted', 'token_type is not that of an access token; refresh tokens are refused'],
  introspection_other_token: ['wrong_claim', "{claim} of the introspection reply is not the token's"],
  introspection_unsupported: [
    'not_admitted',
    'the issuer answers about access tokens of this application only, and this is {tokenType}',
  ],
  introspection_no_token: [
    'introspection_unavailable',
    'this guard did not verify the identity, so it has no token to ask about',
  ],
  introspection_limited: [
    'introspection_unavailable',
    'too many calls about tokens that were not active before; retry later',
  ],
  introspection_failed: ['introspection_unavailable', '{failure}'],
  revoked: ['revoked_token', 'revoked by its {by}'],
  revoked_by_hook: ['revoked_token', 'isRevoked returned true'],
  revocation_hook_failed: ['revocation_unavailable', '{hook} failed: {error}'],
  revocation_hook_no_boolean: [
    'revocation_unavailable',
    '{hook} answered neither true nor false, but a value of type {type}',
  ],
  revocations_full: ['store_unavailable', 'this process holds as many revocations as it can remember'],
  store_not_written: ['store_unavailable', 'the store did not accept the revocation: it holds in this process alone'],
  store_value_rejected: [
    'store_unavailable',
    'the value in the store is not sealed by this guard, or is of a later version',
  ],
  store_not_read: ['store_unavailable', 'the store does not answer, and its last answer is missing or too old'],

  // What a route requires.
  scope_not_granted: ['insufficient_scope', 'the route requires {field} "{scope}": the token does not grant it'],
  scope_of_other_type: ['insufficient_scope', 'the route requires {field} "{scope}": {tokenType} grants no scope'],
  type_not_of_route: ['not_admitted', 'the route accepts {accept}, the token is {tokenType}'],
  kind_not_of_route: ['permission_denied', 'the route is for {kinds}'],
  application_not_of_route: ['permission_denied', 'the route is for other applications'],
  tenant_not_of_route: ['permission_denied', 'the route is for other tenants'],
  role_missing: ['permission_denied', 'the caller does not have the {field} that the route requires'],
  action_denied: ['permission_denied', 'checkPermission does not allow {action} on this resource'],
  machine_not_asked: ['permission_denied', 'a machine has no user to ask about'],
  when_denied: ['permission_denied', 'the rule `when` returned false'],
  resource_invalid: [
    'permission_denied',
    'the computed resource is not a string, or it is empty, too long, or holds * or a control character',
  ],
  context_invalid: ['permission_unavailable', 'the computed context is not a JSON object'],
  function_threw: ['permission_unavailable', 'the function for {field} threw'],
  permission_hook_failed: ['permission_unavailable', '{hook} failed: {error}'],
  permission_hook_no_boolean: [
    'permission_unavailable',
    '{hook} answered neither true nor false, but a value of type {type}',
  ],
} as const satisfies Readonly<Record<string, readonly [reason: Reason, detail: string]>>

/** The name of a check. New ones may come with a minor version: `Reason` is the closed list to count by. */
export type CheckName = keyof typeof checks

type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never

/** What a check says besides its name. */
export type CheckParams<Name extends CheckName> = Pick<CheckParameters, NamesIn<(typeof checks)[Name][1]>>

/** A check that failed, with what it found, for structured logs: values out of a token are cut to 64 characters. */
export type FailedCheck = {
  readonly [Name in CheckName]: {
    readonly name: Name
    /** Set where the issuer's introspection reply was checked, and not the token itself. */
    readonly source?: 'introspection_reply'
  } & CheckParams<Name>
}[CheckName]
