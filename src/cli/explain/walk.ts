import type { Reason } from '../../common/errors.js'

/** The checks of a guard's walk, in its order. */
export const checkNames = [
  'options',
  'header',
  'shape',
  'algorithm',
  'issuer',
  'key',
  'signature',
  'claims',
  'times',
  'audience',
  'kind',
  'holder',
  'standing',
] as const

export type CheckName = (typeof checkNames)[number]

/** Where the walk ends with each reason. */
const ends: Readonly<Record<Reason, CheckName>> = {
  missing_token: 'header',
  invalid_request: 'header',
  malformed_token: 'shape',
  encrypted_token: 'shape',
  wrong_algorithm: 'algorithm',
  unknown_issuer: 'issuer',
  unknown_key: 'key',
  keys_unavailable: 'key',
  bad_signature: 'signature',
  wrong_claim: 'claims',
  expired_token: 'times',
  not_yet_valid: 'times',
  wrong_audience: 'audience',
  not_admitted: 'holder',
  inactive_token: 'standing',
  revoked_token: 'standing',
  introspection_unavailable: 'standing',
  revocation_unavailable: 'standing',
  store_unavailable: 'standing',
  // Of requirements, which come behind all of these: a token alone never ends there.
  insufficient_scope: 'holder',
  permission_denied: 'holder',
  permission_unavailable: 'holder',
}

/** Reasons that several stations give, told apart by the detail. */
const exceptions: readonly (readonly [Reason, RegExp, CheckName])[] = [
  ['wrong_algorithm', /^the key is not for|no appSecret here|a legacy user\.token has/, 'key'],
  ['wrong_algorithm', /^an access token under/, 'kind'],
  ['wrong_audience', /no single one of the applications/, 'issuer'],
  ['wrong_audience', /^aud is neither/, 'claims'],
  ['wrong_claim', /^iat is missing/, 'times'],
  ['wrong_claim', /^(?:sub and data\.id|neither sub)/, 'holder'],
  ['not_admitted', /^the accept option/, 'kind'],
]

/** Which check a refusal is of. `excluded` is whether the algorithms option leaves the token's out: asked first. */
export function checkOf(reason: Reason, detail: string, excluded: boolean): CheckName {
  if (excluded && reason === 'wrong_algorithm') return 'algorithm'
  const found = exceptions.find(([its, pattern]) => its === reason && pattern.test(detail))
  return found === undefined ? ends[reason] : found[2]
}

/** Whether the walk got past a check, by the one that it failed at; undefined where it failed at none. */
export function isPast(check: CheckName, failed: CheckName | undefined): boolean {
  return failed === undefined || checkNames.indexOf(failed) > checkNames.indexOf(check)
}

/** What an opaque token has nothing of: what is known of it the issuer has said. */
export const ofJwtAlone: ReadonlySet<CheckName> = new Set([
  'shape',
  'algorithm',
  'issuer',
  'key',
  'signature',
  'claims',
])

/** The checks that a guard of these options makes: whether a token stands is asked only where they say how. */
export function checksOf(options: object, failed: CheckName | undefined): readonly CheckName[] {
  const asks =
    failed === 'standing' || ['introspection', 'isRevoked', 'store'].some((name) => Object.hasOwn(options, name))
  return checkNames.filter((name) => name !== 'standing' || asks)
}
