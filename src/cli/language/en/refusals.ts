import type { Reason } from '../../../common/reasons.js'

/** What to do about each reason of a refusal. `docs/reference/refusals.md` has the same texts. */
export const refusals = {
  'refusal.missing_token':
    'The request has no Bearer credentials: send `Authorization: Bearer <token>`. For clients that send the bare token, set `bearerPrefix`',
  'refusal.invalid_request':
    'The header is malformed, or the request has two. Check the client, and the proxies in between',
  'refusal.malformed_token':
    'Not a readable JWT: truncated, over 16 KiB, or an opaque OAuth 2.0 token. Use an OIDC token, or the option `introspection`',
  'refusal.encrypted_token': 'Turn the encryption of id tokens off in the console',
  'refusal.unknown_issuer':
    '`detail` has both issuers. Common causes are a custom domain and a missing `/oidc`. While a domain changes, list both',
  'refusal.wrong_algorithm': 'Common cause: an HS256 token without `appSecret`. Set it, or choose RS256 in the console',
  'refusal.unknown_key':
    'No key of the application has this `kid`: the token is from another environment, or its key was removed',
  'refusal.bad_signature': "The token was changed or forged, or `appSecret` is not this application's",
  'refusal.expired_token': 'The client must refresh its token or sign in again',
  'refusal.not_yet_valid': "`nbf` or `iat` is in the future: check this server's clock",
  'refusal.wrong_audience': 'The token is for another audience: compare `appId` and `audience` with `detail`',
  'refusal.wrong_claim':
    'A claim is missing or wrong, or the token is not a user credential, such as a management token, or is bound to a key (`cnf`), which the guard does not check',
  'refusal.not_admitted': 'A valid token that `accept`, `accessKeys` or `delegates` does not admit',
  'refusal.inactive_token':
    'Introspection says that the token is not active: it was revoked or has expired. The client must sign in again',
  'refusal.revoked_token':
    'The token, its user or its access key was revoked with `guard.revoke`, or `isRevoked` returned `true`',
  'refusal.insufficient_scope': 'The token lacks a scope: request it in the client, and grant it in the console',
  'refusal.permission_denied':
    'The caller is verified, but not allowed to do this. `detail` says whether it is the role, the permission, the kind, the tenant or `when`',
  'refusal.permission_unavailable':
    "`checkPermission` or `when` threw, took over 2 seconds, or gave no boolean: see the error's `cause`",
  'refusal.keys_unavailable': "Authing's keys could not be fetched: see Production",
  'refusal.introspection_unavailable': 'Introspection failed or timed out: the event `introspection_failed` says why',
  'refusal.revocation_unavailable':
    "`isRevoked` threw, took more than 2 seconds, or did not return a boolean: see the error's `cause`",
  'refusal.store_unavailable':
    'The shared store could not be read, so the guard cannot tell whether the token was revoked',
} as const satisfies Readonly<Record<`refusal.${Reason}`, string>>
