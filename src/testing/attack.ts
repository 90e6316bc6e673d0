import { randomBytes } from 'node:crypto'
import { isPairAlgorithm, type PairAlgorithm } from './algorithm.js'
import { certificateOf } from './certificate.js'
import { claimsOf, type TokenType } from './claims.js'
import type { Defect } from './defects.js'
import type { Draft } from './draft.js'
import { encodeSegment, flipSignatureBit, type Json, unsignedJws } from './jws.js'
import { objectId, secret, tokenId } from './random.js'
import { hostileKey } from './state.js'
import { invalid } from './validation.js'

interface Attack {
  /** The token types that can have the defect. Absent: all. */
  readonly types?: readonly TokenType[]
  readonly apply: (draft: Draft) => Draft
}

const hour = 3600
const issued: readonly TokenType[] = ['access_token', 'id_token', 'user_token', 'machine', 'delegate']
const withPoolId: readonly TokenType[] = ['user_token', 'legacy_user_token', 'management_token']
const accessTokens: readonly TokenType[] = ['access_token', 'machine', 'delegate']

const withClaims = (draft: Draft, claims: Json): Draft => ({ ...draft, claims: { ...draft.claims, ...claims } })
const withHeader = (draft: Draft, header: Json): Draft => ({ ...draft, header: { ...draft.header, ...header } })

const hostileAlgorithm = ({ algorithm }: Draft): PairAlgorithm => (isPairAlgorithm(algorithm) ? algorithm : 'RS256')

const hostileKeyFor = (draft: Draft) => hostileKey(draft.state, hostileAlgorithm(draft))

/** Signed by the attacker, under the published `kid` of the application. */
const forged = (draft: Draft, header: Json): Draft => {
  const algorithm = hostileAlgorithm(draft)
  const { kid } = draft.grant.application.signingKey
  const signed = { ...draft, algorithm, key: hostileKeyFor(draft).privateKey }
  return withHeader(signed, { alg: algorithm, kid, ...header })
}

const byOtherKey = (draft: Draft): Draft =>
  isPairAlgorithm(draft.algorithm) ? forged(draft, {}) : { ...draft, key: secret() + secret() }

const byUnknownKey = (draft: Draft): Draft => {
  if (!isPairAlgorithm(draft.algorithm)) {
    throw invalid(
      `defect: 'unknown_key' has no meaning under ${draft.algorithm}: such tokens carry no kid; mint 'other_key'`,
    )
  }
  return forged(draft, { kid: hostileKeyFor(draft).kid })
}

const bySecret = (draft: Draft, key: string): Draft =>
  withHeader({ ...draft, algorithm: 'HS256', key }, { alg: 'HS256' })

const ofOtherPool = (draft: Draft): Draft =>
  withClaims(draft, claimsOf[draft.type]({ ...draft.grant, userPoolId: objectId() }))

const noise = (length: number): string => randomBytes(length).toString('base64url')

/** ECDH-ES has no encrypted key: the second of the five parts is empty (RFC 7518 section 4.6). */
const encrypted = (draft: Draft): Draft => {
  const { kty, crv, x, y } = hostileKey(draft.state, 'ES256').jwk
  const { kid } = draft.grant.application.signingKey
  return {
    ...draft,
    header: { alg: 'ECDH-ES', enc: 'A128CBC-HS256', cty: 'JWT', kid, epk: { kty, crv, x, y } },
    finish: ({ header }) => `${encodeSegment(header)}..${noise(16)}.${noise(512)}.${noise(16)}`,
  }
}

const truncated = (token: string): string => token.slice(0, token.lastIndexOf('.') - 10)

const attacks: Readonly<Record<Defect, Attack>> = {
  expired: {
    apply: (draft) => {
      const { issuedAt, expiresAt } = draft.grant
      return withClaims(draft, { iat: 2 * issuedAt - expiresAt - hour, exp: issuedAt - hour })
    },
  },
  not_yet_valid: {
    apply: (draft) => {
      const { issuedAt, expiresAt } = draft.grant
      return withClaims(draft, { iat: issuedAt + hour, nbf: issuedAt + hour, exp: expiresAt + hour })
    },
  },
  no_expiry: { apply: (draft) => withClaims(draft, { exp: undefined }) },
  other_issuer: {
    types: issued,
    apply: (draft) => withClaims(draft, { iss: 'https://somebody-else.authing.cn/oidc' }),
  },
  other_application: {
    types: issued,
    apply: (draft) => withClaims(draft, { ['azp' in draft.claims ? 'azp' : 'aud']: objectId() }),
  },
  other_user_pool: { types: withPoolId, apply: ofOtherPool },
  bad_signature: { apply: (draft) => ({ ...draft, finish: (last) => flipSignatureBit(draft.finish(last)) }) },
  other_key: { apply: byOtherKey },
  unknown_key: { apply: byUnknownKey },
  no_algorithm: {
    apply: (draft) => ({
      ...withHeader(draft, { alg: 'none' }),
      finish: ({ header, claims }) => unsignedJws(header, claims),
    }),
  },
  public_key_as_secret: {
    apply: (draft) => {
      const { kid, publicKey } = draft.grant.application.signingKey
      const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
      return withHeader(bySecret(draft, pem), { kid })
    },
  },
  embedded_key: { apply: (draft) => forged(draft, { jwk: hostileKeyFor(draft).jwk }) },
  key_url: { apply: (draft) => forged(draft, { jku: `${draft.grant.application.host}/hostile/jwks.json` }) },
  certificate_url: {
    apply: (draft) => forged(draft, { x5u: `${draft.grant.application.host}/hostile/${hostileAlgorithm(draft)}.pem` }),
  },
  certificate: {
    apply: (draft) => forged(draft, { x5c: [certificateOf(hostileKeyFor(draft)).toString('base64')] }),
  },
  critical_header: {
    apply: (draft) => withHeader(draft, { crit: ['exp-extension'], 'exp-extension': true }),
  },
  // RFC 7797 section 5.2: the payload is the second part itself, so the signed bytes are the usual ones.
  unencoded_payload: { apply: (draft) => withHeader(draft, { b64: false, crit: ['b64'] }) },
  encrypted: { apply: encrypted },
  sender_constrained: { apply: (draft) => withClaims(draft, { cnf: { jkt: hostileKey(draft.state, 'ES256').kid } }) },
  other_token_type: { apply: (draft) => withHeader(draft, { typ: 'logout+jwt' }) },
  access_token_hs256: {
    types: accessTokens,
    apply: (draft) => withHeader(bySecret(draft, draft.grant.application.appSecret), { kid: undefined }),
  },
  truncated: { apply: (draft) => ({ ...draft, finish: (last) => truncated(draft.finish(last)) }) },
  garbage: { apply: (draft) => ({ ...draft, finish: () => `garbage-${tokenId(32)}` }) },
}

/** All defects. */
export const defectNames: readonly string[] = Object.keys(attacks)

/** The defects that a token of a type can have. */
export const defectsOf = (type: TokenType): readonly string[] =>
  Object.entries(attacks).flatMap(([defect, { types }]) => (types && !types.includes(type) ? [] : [defect]))

const isDefect = (name: unknown): name is Defect => typeof name === 'string' && defectNames.includes(name)

/** Gives a draft a defect. Throws a TypeError on an unknown defect, and on one that the token type cannot have. */
export const applyDefect = (draft: Draft, defect: unknown): Draft => {
  if (!isDefect(defect)) throw invalid(`defect must be one of ${defectNames.join(', ')}`)
  const { types, apply } = attacks[defect]
  if (types && !types.includes(draft.type)) {
    throw invalid(`defect: '${defect}' has no meaning for type '${draft.type}'; mint it with type ${types.join(', ')}`)
  }
  return apply(draft)
}
