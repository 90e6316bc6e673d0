import type { CheckName } from '../../common/checks.js'

/** The steps of a guard's pipeline, in their order: each makes several checks. */
export const stepNames = [
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

export type StepName = (typeof stepNames)[number]

/** Where a token fails. What a route requires comes last, and of a token alone nothing is required. */
export type FailedStep = StepName | 'requirement'

/** The step that makes each check. */
export const stepOf: Readonly<Record<CheckName, FailedStep>> = {
  header_missing: 'header',
  header_other_scheme: 'header',
  header_bare_token: 'header',
  header_not_string: 'header',
  header_without_scheme: 'header',
  header_without_token: 'header',
  header_without_space: 'header',
  header_repeated: 'header',
  header_not_one_token: 'header',
  token_missing: 'header',
  token_not_string: 'header',
  token_too_long: 'shape',
  token_encrypted: 'shape',
  token_not_jwt: 'shape',
  segment_not_canonical: 'shape',
  header_not_json: 'shape',
  claims_not_json: 'shape',
  enc_present: 'shape',
  member_refused: 'shape',
  kid_not_string: 'shape',
  typ_not_string: 'shape',
  typ_other: 'shape',
  cty_not_string: 'shape',
  cty_nested: 'shape',
  alg_unknown: 'algorithm',
  alg_not_allowed: 'algorithm',
  iss_missing: 'issuer',
  iss_unknown: 'issuer',
  iss_without_application: 'issuer',
  application_unclear: 'issuer',
  application_not_named: 'issuer',
  alg_without_secret: 'key',
  alg_not_of_key: 'key',
  alg_of_legacy: 'key',
  kid_missing: 'key',
  kid_unknown: 'key',
  kid_not_usable: 'key',
  kid_of_legacy: 'key',
  kid_not_asked: 'key',
  keys_not_fetched: 'key',
  keys_too_old: 'key',
  signature_invalid: 'signature',
  claim_not_string: 'claims',
  claim_empty: 'claims',
  claim_not_time: 'claims',
  aud_malformed: 'claims',
  token_bound: 'claims',
  token_of_refresh: 'claims',
  token_of_event: 'claims',
  token_of_management: 'claims',
  legacy_claim: 'claims',
  legacy_data_type: 'claims',
  introspection_other_token: 'claims',
  exp_passed: 'times',
  iat_too_old: 'times',
  iat_before_revocations: 'times',
  nbf_ahead: 'times',
  iat_ahead: 'times',
  iat_missing: 'times',
  legacy_pool: 'audience',
  aud_other: 'audience',
  aud_not_alone: 'audience',
  aud_of_access_token: 'audience',
  client_other: 'audience',
  alg_of_access_token: 'kind',
  type_not_accepted: 'kind',
  user_unclear: 'holder',
  user_missing: 'holder',
  access_key_not_named: 'holder',
  client_not_named: 'holder',
  delegate_not_allowed: 'holder',
  client_for_user: 'holder',
  introspection_token_type: 'holder',
  introspection_unsupported: 'holder',
  introspection_inactive: 'standing',
  introspection_no_token: 'standing',
  introspection_limited: 'standing',
  introspection_failed: 'standing',
  revoked: 'standing',
  revoked_by_hook: 'standing',
  revocation_hook_failed: 'standing',
  revocation_hook_no_boolean: 'standing',
  revocations_full: 'standing',
  store_not_written: 'standing',
  store_value_rejected: 'standing',
  store_not_read: 'standing',
  scope_not_granted: 'requirement',
  scope_of_other_type: 'requirement',
  type_not_of_route: 'requirement',
  kind_not_of_route: 'requirement',
  application_not_of_route: 'requirement',
  tenant_not_of_route: 'requirement',
  role_missing: 'requirement',
  action_denied: 'requirement',
  machine_not_asked: 'requirement',
  when_denied: 'requirement',
  resource_invalid: 'requirement',
  context_invalid: 'requirement',
  function_threw: 'requirement',
  permission_hook_failed: 'requirement',
  permission_hook_no_boolean: 'requirement',
}

/** Whether the guard got past a step, by the step that failed; undefined where none did. */
export function isPast(step: StepName, failed: FailedStep | undefined): boolean {
  if (failed === undefined || failed === 'requirement') return true
  return stepNames.indexOf(failed) > stepNames.indexOf(step)
}

/** The steps that an opaque token does not take: the issuer alone can read it. */
export const ofJwtAlone: ReadonlySet<StepName> = new Set(['shape', 'algorithm', 'issuer', 'key', 'signature', 'claims'])

/** The steps of a guard with these options: it asks whether a token is still active only where they say how. */
export function stepsOf(options: object, failed: FailedStep | undefined): readonly StepName[] {
  const asks =
    failed === 'standing' || ['introspection', 'isRevoked', 'store'].some((name) => Object.hasOwn(options, name))
  return stepNames.filter((name) => name !== 'standing' || asks)
}
