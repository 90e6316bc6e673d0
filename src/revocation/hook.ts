import { callHook, type HookContext } from '../common/call-hook.js'
import { Refusal } from '../common/errors.js'
import type { Identity } from '../common/identity.js'
import type { TokenStatusCheck } from '../token/status-check.js'

/**
 * Whether somebody, or the token, was revoked. Asked for each request, after the token has verified. Only `false`
 * admits, `true` is 401; anything else, a throw and silence for 2 seconds are an outage (503).
 */
export type RevocationHook = (identity: Identity, context: HookContext) => boolean | Promise<boolean>

/** Asks a hook of the user's, each time. */
export function askedOf(hook: RevocationHook): TokenStatusCheck {
  return async (identity) => {
    const isRevoked = await callHook('isRevoked', 'revocation_unavailable', (context) => hook(identity, context))
    if (isRevoked) throw new Refusal('revoked_token', 'isRevoked says so')
  }
}
