import { callHook, type HookContext } from '../common/call-hook.js'
import type { Identity } from '../common/identity.js'
import { Refusal, refuse } from '../common/refusal.js'
import type { TokenStatusCheck } from '../token/status-check.js'

/**
 * Whether somebody, or the token, was revoked. Asked for each request, after the token has verified. Only `false`
 * admits, `true` is 401; anything else, a throw and silence for 2 seconds are an outage (503).
 */
export type RevocationHook = (identity: Identity, context: HookContext) => boolean | Promise<boolean>

/** Calls the user's hook for each request. */
export function askedOf(hook: RevocationHook): TokenStatusCheck {
  return async (identity) => {
    const isRevoked = await callHook('isRevoked', (context) => hook(identity, context))
    if (isRevoked instanceof Refusal) return isRevoked
    return isRevoked ? refuse('revoked_by_hook') : identity
  }
}
