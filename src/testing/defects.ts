/** What can be wrong with a minted token, for a guard to refuse. Attacks on the signature carry otherwise good claims. */
export type Wrong =
  /** Its whole life is over since an hour: beyond any clock tolerance. */
  | 'expired'
  /** `iat` and `nbf` are an hour ahead, `exp` later still. */
  | 'not_yet_valid'
  /** There is no `exp`. */
  | 'no_expiry'
  /** `iss` is somebody else's domain at Authing, the key is this application's. */
  | 'other_issuer'
  /** `aud` (`azp` for an access key's token) is an application that the pool does not have. */
  | 'other_application'
  /** The user pool's id, wherever the token carries it, is another one. User and management tokens only. */
  | 'other_user_pool'
  /** One bit of the signature is flipped. */
  | 'bad_signature'
  /** Signed by a key that was never published, under the published `kid`; HS256 by another secret. */
  | 'other_key'
  /** Signed by a key that was never published, under its own `kid`. */
  | 'unknown_key'
  /** `alg` is `none` and the signature is empty (RFC 8725 section 2.1). */
  | 'no_algorithm'
  /** HS256, the published public key's SPKI PEM being the secret (RFC 8725 section 2.1). */
  | 'public_key_as_secret'
  /** The header holds the `jwk` that it is signed with (CVE-2018-0114). */
  | 'embedded_key'
  /** The header's `jku` leads to a JWKS with the key it is signed with; the pool serves it at `/hostile/jwks.json`. */
  | 'key_url'
  /** The header's `x5u` leads to the certificate of the key; the pool serves it at `/hostile/<alg>.pem`. */
  | 'certificate_url'
  /** The header holds the self-signed `x5c` certificate of the key it is signed with. */
  | 'certificate'
  /** Properly signed, with a `crit` extension that nobody understands (RFC 7515 section 4.1.11). */
  | 'critical_header'
  /** `b64: false` and `crit: ['b64']`, properly signed (RFC 7797). */
  | 'unencoded_payload'
  /** A five-part JWE as Authing issues where the console's switch is on; its contents are noise. */
  | 'encrypted'
  /** Properly signed, bound to a key of its sender by `cnf` (RFC 9449 section 6). */
  | 'sender_constrained'
  /** Properly signed with `typ: 'logout+jwt'`: another kind of JWT (RFC 8725 section 3.11). */
  | 'other_token_type'
  /** An access token (or an access key's) under HS256 by the application secret: Authing issues none. */
  | 'access_token_hs256'
  /** Its signature and the end of its claims are missing: two parts. */
  | 'truncated'
  /** No JWT at all, though the header's grammar (RFC 6750 section 2.1) allows it. */
  | 'garbage'
