import { digestOf } from '#signature'
import { callHook, type HookContext } from '../common/call-hook.js'
import type { Identity } from '../common/identity.js'
import { Refusal, refuse } from '../common/refusal.js'
import type { TokenStatusCheck } from '../token/status-check.js'

/** What `isRevoked` gets, besides the identity. */
export interface RevocationContext extends HookContext {
  /** What the host handed over: an Express request, a Koa context, an event. Undefined where the guard itself was called. */
  readonly request: unknown
  /** The token's SHA-256 in base64, for lists of revoked tokens without `jti`. Computed when it is called. */
  tokenDigest(): Promise<string>
}

/**
 * Whether somebody, or the token, was revoked. Asked for each request, after the token has verified. Only `false`
 * admits, `true` is 401; anything else, a throw and silence for 2 seconds are an outage (503).
 */
export type RevocationHook = (identity: Identity, context: RevocationContext) => boolean | Promise<boolean>

/** Calls the user's hook for each request. */
export function askedOf(hook: RevocationHook): TokenStatusCheck {
  return async (identity, token, request) => {
    const tokenDigest = async () => digestOf(token)
    const isRevoked = await callHook('isRevoked', ({ signal }) => hook(identity, { signal, request, tokenDigest }))
    if (isRevoked instanceof Refusal) return isRevoked
    return isRevoked ? refuse('revoked_by_hook') : identity
  }
}
