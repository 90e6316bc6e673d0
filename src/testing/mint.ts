import { isMintAlgorithm, type MintAlgorithm, mintAlgorithms } from './algorithm.js'
import { applyDefect } from './attack.js'
import { claimsOf, type Grant, type TokenType, tokenTypes } from './claims.js'
import type { Defect } from './defects.js'
import { type Draft, defaultAlgorithm, defaultHeader, keyFor, serialize } from './draft.js'
import { isJson, type Json } from './jws.js'
import type { AccessKey } from './settings.js'
import { applicationOf, nowInSeconds, type PoolState, userOf } from './state.js'
import { amount, choice, invalid, maybeText, members } from './validation.js'

/** The options of `mint`. Without any, it is an access token of the first user for the first application. */
export interface MintOptions {
  /** Default: `'access_token'`. */
  readonly type?: TokenType
  /** Default: the first application. */
  readonly appId?: string
  /** Default: the first user. For a user that the pool does not have, every profile claim is null. */
  readonly userId?: string
  /** For machines and delegates only. Default: the first access key. The pool need not have it. */
  readonly accessKeyId?: string
  /**
   * Separated by spaces; for access tokens, machines and delegates only. Default: `'openid profile email phone'` for a
   * user, and for an access key its own scopes.
   */
  readonly scope?: string
  /** Merged last. An undefined claim is left out. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Merged into the JOSE header last. An undefined member is left out. */
  readonly header?: Readonly<Record<string, unknown>>
  /**
   * Seconds from now to `exp`; negative for an expired token. Default: 1 209 600 (14 days) for users, 1 296 000 (15
   * days) for legacy user tokens, 3600 for access keys, 7200 for management tokens.
   */
  readonly expiresIn?: number
  /** Default: the application's. The pool must have a key for it, unless an attacker's key signs the token. */
  readonly algorithm?: MintAlgorithm
  /** The defect of the token. Default: none. */
  readonly defect?: Defect
}

const names: readonly (keyof MintOptions)[] = [
  'type',
  'appId',
  'userId',
  'accessKeyId',
  'scope',
  'claims',
  'header',
  'expiresIn',
  'algorithm',
  'defect',
]

const day = 86_400

/** Seconds, the defaults of Authing's applications since 2021. */
export const lifetimes: Readonly<Record<TokenType, number>> = {
  access_token: 14 * day,
  id_token: 14 * day,
  user_token: 14 * day,
  legacy_user_token: 15 * day,
  machine: 3600,
  delegate: 3600,
  management_token: 7200,
}

const accessKeyTypes: readonly TokenType[] = ['machine', 'delegate']
const scopeTypes: readonly TokenType[] = ['access_token', 'machine', 'delegate']
const userTypes: readonly TokenType[] = ['access_token', 'id_token', 'user_token', 'legacy_user_token', 'delegate']

/** Throws if an option is given that does not apply to tokens of this type. */
const onlyFor = (types: readonly TokenType[], type: TokenType, given: Json, name: keyof MintOptions): void => {
  if (given[name] === undefined || types.includes(type)) return
  throw invalid(`mint: type '${type}' has no ${name}; it goes with type ${types.join(', ')}`)
}

/** Which of `userId`, `accessKeyId` and `scope` apply to tokens of a type. */
export const fieldsOf = (type: TokenType): readonly (keyof MintOptions)[] => {
  const uses = { userId: userTypes, accessKeyId: accessKeyTypes, scope: scopeTypes } as const
  return (['userId', 'accessKeyId', 'scope'] as const).filter((name) => uses[name].includes(type))
}

const extra = (value: unknown, name: string): Json => {
  if (value === undefined) return {}
  if (isJson(value)) return value
  throw invalid(`mint: ${name} must be an object`)
}

const scopeOf = (type: TokenType, key: AccessKey | undefined): string =>
  accessKeyTypes.includes(type) ? (key?.scopes ?? []).join(' ') : 'openid profile email phone'

const grantOf = (state: PoolState, type: TokenType, given: Json): Grant => {
  const { appId, userId, accessKeyId, scope, expiresIn } = given
  onlyFor(userTypes, type, given, 'userId')
  onlyFor(accessKeyTypes, type, given, 'accessKeyId')
  onlyFor(scopeTypes, type, given, 'scope')
  if (scope !== undefined && typeof scope !== 'string') throw invalid('mint: scope must be a string')
  const { accessKeys, userPoolId } = state.settings
  const keyId = maybeText(accessKeyId, 'accessKeyId') ?? accessKeys[0].accessKeyId
  const key = accessKeys.find((one) => one.accessKeyId === keyId)
  const issuedAt = nowInSeconds(state)
  return {
    application: applicationOf(state, maybeText(appId, 'appId')),
    userPoolId,
    user: userOf(state, maybeText(userId, 'userId')),
    accessKeyId: keyId,
    scope: scope ?? scopeOf(type, key),
    issuedAt,
    expiresAt: issuedAt + (amount(expiresIn, 'expiresIn') ?? lifetimes[type]),
  }
}

/** Issues a token. Throws a TypeError on an unknown option, a bad value, and options that exclude each other. */
export const mintToken = (state: PoolState, options: unknown): string => {
  const given = members(options, names, 'the options of mint')
  const { type: wanted, claims, header, defect } = given
  const type = choice(wanted, tokenTypes, 'type')
  const grant = grantOf(state, type, given)
  const { application } = grant
  const { algorithm = defaultAlgorithm(type, application) } = given
  if (!isMintAlgorithm(algorithm)) throw invalid(`algorithm must be one of ${mintAlgorithms.join(', ')}`)
  const good: Draft = {
    state,
    type,
    grant,
    algorithm,
    key: keyFor(type, algorithm, application, state),
    header: defaultHeader(algorithm, application),
    claims: claimsOf[type](grant),
    finish: serialize,
  }
  const draft = defect === undefined ? good : applyDefect(good, defect)
  return draft.finish({
    ...draft,
    header: { ...draft.header, ...extra(header, 'header') },
    claims: { ...draft.claims, ...extra(claims, 'claims') },
  })
}
