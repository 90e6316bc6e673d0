/**
 * The status and the wire code of each reason to refuse a request.
 *
 * `status` is the HTTP status, `error` what goes on the wire. For 400, 401 and a missing scope `error` is RFC 6750's
 * code (section 3.1); where that RFC names none (no credentials, an outage) it is a plain word in the body alone and
 * the challenge carries no `error`.
 */
export const reasons = {
  /** No credentials in the request, or another scheme than Bearer. */
  missing_token: { status: 401, error: 'unauthorized' },
  /** The Authorization header is not `Bearer` and one token (RFC 6750, 2.1), or there are several. */
  invalid_request: { status: 400, error: 'invalid_request' },
  /** Not a JWT that this guard reads: size, segments, encoding, JSON, header members. */
  malformed_token: { status: 401, error: 'invalid_token' },
  /** A JWE. Authing wraps id tokens so where the console's switch is on. */
  encrypted_token: { status: 401, error: 'invalid_token' },
  /** `iss` is not the issuer of any application of this guard. */
  unknown_issuer: { status: 401, error: 'invalid_token' },
  /** `alg` is not allowed, not a match for the key, or not for this kind of token. */
  wrong_algorithm: { status: 401, error: 'invalid_token' },
  /** No key of the application has the token's `kid`. */
  unknown_key: { status: 401, error: 'invalid_token' },
  /** The signature does not verify. */
  bad_signature: { status: 401, error: 'invalid_token' },
  /** `exp` has passed, or the token is older than `maxTokenAge`. */
  expired_token: { status: 401, error: 'invalid_token' },
  /** `nbf` or `iat` lies in the future. */
  not_yet_valid: { status: 401, error: 'invalid_token' },
  /** `aud` (or an access key's `azp`) names another audience. */
  wrong_audience: { status: 401, error: 'invalid_token' },
  /** A claim is missing or of the wrong type, or says that this is not a bearer token. */
  wrong_claim: { status: 401, error: 'invalid_token' },
  /** A genuine token of a kind, or for a machine, that the options do not admit. */
  not_admitted: { status: 401, error: 'invalid_token' },
  /** The issuer's introspection endpoint says that the token is not active: it was revoked, or its user is suspended. */
  inactive_token: { status: 401, error: 'invalid_token' },
  /** The token, its user or its access key was revoked with `guard.revoke` or by the `isRevoked` hook. */
  revoked_token: { status: 401, error: 'invalid_token' },
  /** The token lacks a scope that the route requires. */
  insufficient_scope: { status: 403, error: 'insufficient_scope' },
  /** The caller is known, but may not do this. */
  permission_denied: { status: 403, error: 'forbidden' },
  /** The permission check failed or timed out. */
  permission_unavailable: { status: 503, error: 'temporarily_unavailable' },
  /** The issuer's keys could not be fetched. */
  keys_unavailable: { status: 503, error: 'temporarily_unavailable' },
  /** Introspection failed or timed out: the issuer did not say whether the token is active. */
  introspection_unavailable: { status: 503, error: 'temporarily_unavailable' },
  /** The `isRevoked` hook failed or timed out. */
  revocation_unavailable: { status: 503, error: 'temporarily_unavailable' },
  /** The shared store did not answer, or its answer is not valid, so the guard does not know what was revoked. */
  store_unavailable: { status: 503, error: 'temporarily_unavailable' },
} as const satisfies Record<string, { readonly status: 400 | 401 | 403 | 503; readonly error: string }>

/** Why a request was refused: stable, for logs, metrics and `switch`. */
export type Reason = keyof typeof reasons

export type ReasonEntry = (typeof reasons)[Reason]
/** The `error` code on the wire. */
export type WireError = ReasonEntry['error']

/** One fixed sentence for each wire code. It names neither the request nor the check that failed. */
export const sentences: Readonly<Record<WireError, string>> = {
  unauthorized: 'This resource needs an access token in the Authorization header.',
  invalid_request: 'The Authorization header is malformed, or there is more than one.',
  invalid_token: 'The access token is malformed, expired, or not valid here.',
  insufficient_scope: 'The access token does not grant the scope that this resource needs.',
  forbidden: 'The caller may not do this.',
  temporarily_unavailable: 'The request cannot be checked at the moment. Try again later.',
}
