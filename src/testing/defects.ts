/** The defects of tokens that a guard must refuse. Apart from its defect, a token is valid. */
export type Defect =
  /** It expired an hour ago: beyond any clock tolerance. */
  | 'expired'
  /** `iat` and `nbf` are an hour ahead, `exp` is later. */
  | 'not_yet_valid'
  /** There is no `exp`. */
  | 'no_expiry'
  /** `iss` is another domain at Authing; the key is this application's. */
  | 'other_issuer'
  /** `aud` (`azp` for an access key's token) is an application that the pool does not have. */
  | 'other_application'
  /** The user pool id is another one, in every claim that has it. User and management tokens only. */
  | 'other_user_pool'
  /** One bit of the signature is flipped. */
  | 'bad_signature'
  /** Signed with a key that was never published, under the published `kid`; HS256 with another secret. */
  | 'other_key'
  /** Signed with a key that was never published, under its own `kid`. */
  | 'unknown_key'
  /** `alg` is `none` and the signature is empty (RFC 8725 section 2.1). */
  | 'no_algorithm'
  /** HS256, with the SPKI PEM of the published key as the secret (RFC 8725 section 2.1). */
  | 'public_key_as_secret'
  /** The header holds the `jwk` that it is signed with (CVE-2018-0114). */
  | 'embedded_key'
  /** The header's `jku` leads to a JWKS with the signing key; the pool serves it at `/hostile/jwks.json`. */
  | 'key_url'
  /** The header's `x5u` leads to the certificate of the signing key; the pool serves it at `/hostile/<alg>.pem`. */
  | 'certificate_url'
  /** The header holds the self-signed `x5c` certificate of the key it is signed with. */
  | 'certificate'
  /** Correctly signed, with an unknown `crit` extension (RFC 7515 section 4.1.11). */
  | 'critical_header'
  /** `b64: false` and `crit: ['b64']`, correctly signed (RFC 7797). */
  | 'unencoded_payload'
  /** A five-part JWE, as Authing issues if encryption is switched on in its console; the content is random. */
  | 'encrypted'
  /** Correctly signed, bound to a key of the sender by `cnf` (RFC 9449 section 6). */
  | 'sender_constrained'
  /** Correctly signed with `typ: 'logout+jwt'`: another kind of JWT (RFC 8725 section 3.11). */
  | 'other_token_type'
  /** An access token (or an access key's) signed with HS256 and the App Secret: Authing issues none. */
  | 'access_token_hs256'
  /** Its signature and the end of its claims are missing: two parts. */
  | 'truncated'
  /** Not a JWT, but valid in the grammar of the header (RFC 6750 section 2.1). */
  | 'garbage'
