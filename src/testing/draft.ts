import type { KeyObject } from 'node:crypto'
import { type Algorithm, keyKind, type MintAlgorithm, mintAlgorithms, pairAlgorithm } from './algorithm.js'
import type { Application } from './application.js'
import type { Grant, TokenType } from './claims.js'
import { compactJws, type Json } from './jws.js'
import type { PoolState } from './state.js'
import { invalid } from './validation.js'

/** A token before it is signed. A defect changes it; `finish` makes the string, as the last step. */
export interface Draft {
  readonly state: PoolState
  readonly type: TokenType
  readonly grant: Grant
  readonly algorithm: MintAlgorithm
  /** Undefined if the application has no key for the algorithm: then only an attacker's key can sign. */
  readonly key: KeyObject | string | undefined
  readonly header: Json
  readonly claims: Json
  readonly finish: (draft: Draft) => string
}

/** The JWS of a draft. */
export const serialize = ({ header, claims, algorithm, key, grant }: Draft): string => {
  if (key !== undefined) return compactJws(header, claims, algorithm, key)
  const own = grant.application.signingKey.algorithm
  throw invalid(
    `no key of application '${grant.application.appId}' (${own}) signs ${algorithm} here; give createUserPool an ` +
      `application with algorithm '${algorithm}', or mint with defect: 'other_key'`,
  )
}

const secrets: readonly TokenType[] = ['legacy_user_token', 'management_token']
const bySecret: readonly TokenType[] = ['id_token', 'user_token']

/** The default algorithm of a token type. */
export const defaultAlgorithm = (type: TokenType, { algorithm }: Pick<Application, 'algorithm'>): MintAlgorithm => {
  if (secrets.includes(type)) return 'HS256'
  return bySecret.includes(type) ? algorithm : pairAlgorithm(algorithm)
}

/** The pool's own key for an algorithm, if it has one. */
export const keyFor = (
  type: TokenType,
  algorithm: MintAlgorithm,
  application: Application,
  state: PoolState,
): Draft['key'] => {
  const ofPool = secrets.includes(type)
  if (keyKind(algorithm) === 'secret') return ofPool ? state.settings.jwtSecret : application.appSecret
  const { signingKey } = application
  return !ofPool && keyKind(algorithm) === keyKind(signingKey.algorithm) ? signingKey.privateKey : undefined
}

/** The algorithms that the pool has a key for, for a token type and an application that signs with `own`. */
export const algorithmsOf = (type: TokenType, own: Algorithm): readonly MintAlgorithm[] => {
  const kinds: readonly string[] = ['secret', ...(secrets.includes(type) ? [] : [keyKind(pairAlgorithm(own))])]
  return mintAlgorithms.filter((algorithm) => kinds.includes(keyKind(algorithm)))
}

/** The header of Authing's tokens: with `kid` if a JWKS key signs, without if a secret does. */
export const defaultHeader = (algorithm: MintAlgorithm, { signingKey }: Application): Json => ({
  alg: algorithm,
  typ: 'JWT',
  ...(keyKind(algorithm) === 'secret' ? {} : { kid: signingKey.kid }),
})
