import type { FetchFailure } from './http.js'
import type { TokenType } from './identity.js'
import { quote, quoteAudience, quoteExpected } from './quote.js'
import { type Check, check, type Found } from './token-checks.js'

/** The checks of who a token is for, whether it is still valid, and what its holder may do. See `checks.ts`. */
export const accessChecks = {
  // Who the token is for, and who holds it.
  aud_malformed: check('wrong_audience', () => 'aud is neither a string nor a list of strings'),
  aud_other: check(
    'wrong_audience',
    ({ aud, expected }: { aud: Found; expected: readonly string[] }) =>
      `aud is ${quoteAudience(aud)}, expected ${quoteExpected(expected)}`,
  ),
  aud_of_access_token: check(
    'wrong_audience',
    ({ aud, azp, expected }: { aud: Found; azp: Found; expected: readonly string[] }) =>
      `aud is ${quoteAudience(aud)}, azp ${quote(azp)}, expected ${quoteExpected(expected)}`,
  ),
  client_other: check(
    'wrong_audience',
    ({ isNamed, expected }: { isNamed: boolean; expected: readonly string[] }) =>
      `client_id is ${isNamed ? 'another client' : 'missing'}, expected ${quoteExpected(expected)}`,
  ),
  type_not_accepted: check(
    'not_admitted',
    ({ tokenType }: { tokenType: TokenType }) => `the accept option leaves out ${tokenType}`,
  ),
  access_key_not_named: check(
    'not_admitted',
    ({ aud, azp }: { aud: Found; azp: Found }) =>
      `aud ${quoteAudience(aud)}, azp ${quote(azp)}: not an access key that accessKeys names`,
  ),
  client_not_named: check('not_admitted', () => 'accessKeys does not name the client of the token'),
  delegate_not_allowed: check(
    'not_admitted',
    ({ aud }: { aud: Found }) => `aud ${quoteAudience(aud)} acts for a user, and delegates are refused`,
  ),
  client_for_user: check('not_admitted', () => 'an access key acts for a user, and delegates are refused'),

  // Is the token still valid?
  introspection_inactive: check('inactive_token', () => 'the issuer says that the token is not active'),
  introspection_token_type: check(
    'not_admitted',
    () => 'token_type is not that of an access token; refresh tokens are refused',
  ),
  introspection_other_token: check(
    'wrong_claim',
    ({ claim }: { claim: 'sub' | 'jti' }) => `${claim} of the introspection reply is not the token's`,
  ),
  introspection_unsupported: check(
    'not_admitted',
    () => 'the issuer answers about access tokens of this application only, not about those of older SDKs',
  ),
  introspection_no_token: check(
    'introspection_unavailable',
    () => 'this guard did not verify the identity, so it has no token to ask about',
  ),
  introspection_limited: check(
    'introspection_unavailable',
    () => 'too many tokens that were never seen active; the introspection limit is reached, retry later',
  ),
  introspection_failed: check('introspection_unavailable', ({ error }: FetchFailure) => error),
  revoked: check('revoked_token', ({ by }: { by: 'token' | 'user' | 'client' }) => `revoked by its ${by}`),
  revoked_by_hook: check('revoked_token', () => 'isRevoked returned true'),
  revocation_hook_failed: check('revocation_unavailable', hookFailed),
  revocation_hook_no_boolean: check('revocation_unavailable', hookNoBoolean),
  revocations_full: check('store_unavailable', () => 'this process holds as many revocations as it can remember'),
  store_not_written: check(
    'store_unavailable',
    () => 'the store did not accept the revocation: it holds in this process alone',
  ),
  store_value_rejected: check('store_unavailable', () => 'the value in the store is not sealed by this guard'),
  store_not_read: check(
    'store_unavailable',
    () => 'the store does not answer, and its last answer is missing or too old',
  ),

  // What a route requires.
  scope_not_granted: check(
    'insufficient_scope',
    ({ field, scope }: { field: 'scope' | 'anyScope'; scope: string }) =>
      `the route requires ${field} "${scope}": the token does not grant it`,
  ),
  scope_of_other_type: check(
    'insufficient_scope',
    ({ field, scope, tokenType }: { field: 'scope' | 'anyScope'; scope: string; tokenType: TokenType }) =>
      `the route requires ${field} "${scope}": ${typeInWords(tokenType)} grants no scope`,
  ),
  type_not_of_route: check(
    'not_admitted',
    ({ accept, tokenType }: { accept: readonly TokenType[]; tokenType: TokenType }) =>
      `the route accepts ${accept.join(' or ')}, the token is ${typeInWords(tokenType)}`,
  ),
  kind_not_of_route: check(
    'permission_denied',
    ({ kinds }: { kinds: readonly string[] }) => `the route is for ${kinds.join(' or ')}`,
  ),
  application_not_of_route: check('permission_denied', () => 'the route is for other applications'),
  tenant_not_of_route: check('permission_denied', () => 'the route is for other tenants'),
  role_missing: check(
    'permission_denied',
    ({ field }: { field: 'role' | 'anyRole' }) => `the caller does not have the ${field} that the route requires`,
  ),
  action_denied: check(
    'permission_denied',
    ({ action }: { action: string }) => `checkPermission does not allow ${action} on this resource`,
  ),
  machine_not_asked: check('permission_denied', () => 'a machine has no user to ask about'),
  when_denied: check('permission_denied', () => 'the rule `when` returned false'),
  resource_invalid: check(
    'permission_denied',
    () => 'the computed resource is not a string, or it is empty, too long, or holds * or a control character',
  ),
  context_invalid: check('permission_unavailable', () => 'the computed context is not a JSON object'),
  function_threw: check(
    'permission_unavailable',
    ({ field }: { field: 'resource' | 'context' }) => `the function for ${field} threw`,
  ),
  permission_hook_failed: check('permission_unavailable', hookFailed),
  permission_hook_no_boolean: check('permission_unavailable', hookNoBoolean),
} as const satisfies Readonly<Record<string, Check>>

/** A hook of the user's that did not answer. `error` is undefined for what it threw, which may hold anything. */
export interface HookFailure {
  readonly hook: string
  readonly error: string | undefined
}

function hookFailed({ hook, error = 'it threw or rejected' }: HookFailure): string {
  return `${hook} failed: ${error}`
}

function hookNoBoolean({ hook, type }: { hook: string; type: string }): string {
  return `${hook} answered neither true nor false, but a value of type ${type}`
}

function typeInWords(type: TokenType): string {
  return type === 'user_token' ? 'a user_token' : `an ${type === 'opaque' ? 'opaque token' : type}`
}
