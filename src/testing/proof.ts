import type { KeyObject } from 'node:crypto'
import { isMintAlgorithm, type MintAlgorithm, verifyBytes } from './algorithm.js'
import type { Application } from './application.js'
import { isJson, type Json, parseJson } from './jws.js'
import { nowInSeconds, type PoolState } from './state.js'

/** The verified subject and lifetime of a token; times in seconds since the epoch. */
export interface ProvenUserToken {
  readonly application: Application
  readonly userId: string
  readonly issuedAt: number
  readonly expiresAt: number
}

type KeyOf = (algorithm: MintAlgorithm, kid: unknown) => KeyObject | string | undefined

const decoded = (part: string): Json | undefined => parseJson(Buffer.from(part, 'base64url').toString())

/** The claims of a token if a key of the pool signed it, else undefined. */
const signedClaims = (token: string, keyOf: KeyOf): Json | undefined => {
  const last = token.lastIndexOf('.')
  const header = decoded(token.slice(0, token.indexOf('.')))
  const claims = decoded(token.slice(token.indexOf('.') + 1, last))
  const { alg, kid, typ, crit } = header ?? {}
  if (!claims || typ !== 'JWT' || crit !== undefined || !isMintAlgorithm(alg)) return undefined
  const key = keyOf(alg, kid)
  if (!key || !verifyBytes(alg, token.slice(0, last), key, Buffer.from(token.slice(last + 1), 'base64url'))) {
    return undefined
  }
  return claims
}

const isAlive = (state: PoolState, token: string, { iat, exp }: Json): boolean => {
  const now = nowInSeconds(state)
  const alive = typeof iat === 'number' && iat <= now && typeof exp === 'number' && exp > now
  return alive && !state.revokedTokens.has(token)
}

/** The same, only if the token has not expired and was not revoked. */
const provenClaims = (state: PoolState, token: string, keyOf: KeyOf): Json | undefined => {
  const claims = signedClaims(token, keyOf)
  return claims && isAlive(state, token, claims) ? claims : undefined
}

const published =
  (application: Application): KeyOf =>
  (algorithm, kid) =>
    application.publishedKeys.find((key) => key.kid === kid && key.algorithm === algorithm)?.publicKey

const issuedBy = ({ appId, issuer }: Application, { iss, aud, azp }: Json): boolean =>
  iss === issuer && (aud === appId || azp === appId)

/** The claims of an application's access token (a user's or an access key's), or undefined if it is not valid. */
export const provenAccessToken = (state: PoolState, application: Application, token: string): Json | undefined => {
  const claims = provenClaims(state, token, published(application))
  if (!claims || !issuedBy(application, claims)) return undefined
  const { jti, scope } = claims
  return typeof jti === 'string' && typeof scope === 'string' ? claims : undefined
}

/** The user of an access token of one of these applications; undefined for a machine's and for one that is not valid. */
export const provenUserId = (
  state: PoolState,
  applications: readonly Application[],
  token: string,
): string | undefined => {
  const { sub } = applications.map((one) => provenAccessToken(state, one, token)).find(Boolean) ?? {}
  return typeof sub === 'string' ? sub : undefined
}

const subjectOf = ({ sub, data }: Json): unknown => {
  if (!isJson(data)) return sub
  const { id } = data
  return sub ?? id
}

const provenFor = (application: Application, claims: Json): ProvenUserToken | undefined => {
  const userId = subjectOf(claims)
  if (typeof userId !== 'string') return undefined
  const { iat, exp } = claims
  return { application, userId, issuedAt: Number(iat), expiresAt: Number(exp) }
}

const ofPool =
  (state: PoolState): KeyOf =>
  (algorithm) =>
    algorithm === 'HS256' ? state.settings.jwtSecret : undefined

/** The user of a token of one of the applications or of a legacy token; undefined if it is not valid. */
export const provenUserToken = (state: PoolState, token: string): ProvenUserToken | undefined => {
  for (const application of state.applications) {
    const keyOf: KeyOf = (algorithm, kid) =>
      algorithm === 'HS256' ? application.appSecret : published(application)(algorithm, kid)
    const claims = provenClaims(state, token, keyOf)
    if (claims && issuedBy(application, claims)) return provenFor(application, claims)
  }
  const claims = provenClaims(state, token, ofPool(state))
  return claims && provenFor(state.applications[0], claims)
}

/** The state of a management token. A token that the pool did not issue is wrong. */
export const provenManagementToken = (state: PoolState, token: string): 'alive' | 'expired' | 'wrong' => {
  const claims = signedClaims(token, ofPool(state))
  if (claims?.['scoped_userpool_id'] !== state.settings.userPoolId) return 'wrong'
  return isAlive(state, token, claims) ? 'alive' : 'expired'
}
