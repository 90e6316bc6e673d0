import { isConfigError } from './config-error.js'
import { withDeadline } from './deadline.js'
import { FetchError } from './http.js'
import { type Refusal, refuse } from './refusal.js'

/** Belongs to one call of a hook, which several requests may wait for. */
export interface HookContext {
  /** Aborts when the guard waits no longer, after 2 seconds. */
  readonly signal: AbortSignal
}

/** Seconds that a hook may take. */
const timeoutSeconds = 2

class NoAnswer extends Error {}

/** Calls a hook of the user's, within its time. Only true and false are answers; anything else is an outage. */
export async function callHook(
  hook: 'checkPermission' | 'hasRole' | 'when' | 'isRevoked',
  ask: (context: HookContext) => unknown,
): Promise<boolean | Refusal> {
  const kind = hook === 'isRevoked' ? 'revocation_hook' : 'permission_hook'
  let answer: unknown
  try {
    const late = () => new NoAnswer(`no answer within ${timeoutSeconds} s`)
    answer = await withDeadline(timeoutSeconds, late, async (signal) => ask({ signal }))
  } catch (cause) {
    const error = isOwn(cause) ? cause.message : 'it threw or rejected'
    return refuse(`${kind}_failed`, { hook, error }, { cause, retryAfter: 1 })
  }
  if (typeof answer === 'boolean') return answer
  return refuse(`${kind}_no_boolean`, { hook, type: typeof answer }, { retryAfter: 1 })
}

/** Whether the guard made the message. What a hook of the user's throws may hold personal data. */
function isOwn(cause: unknown): cause is Error {
  return cause instanceof NoAnswer || cause instanceof FetchError || isConfigError(cause)
}
