import { isConfigError } from './config-error.js'
import { withDeadline } from './deadline.js'
import { type Reason, Refusal } from './errors.js'
import { FetchError } from './http.js'

/** Belongs to one call of a hook, which several requests may wait for. */
export interface HookContext {
  /** Aborts when the guard waits no longer, after 2 seconds. */
  readonly signal: AbortSignal
}

/** Seconds that a hook may take. */
const patience = 2

class NoAnswer extends Error {}

/**
 * Asks a hook of the user's, within its time; only true and false are answers. `who` is the hook's name.
 *
 * @throws {Refusal} with this reason, an outage, for everything else.
 */
export async function callHook(who: string, reason: Reason, ask: (context: HookContext) => unknown): Promise<boolean> {
  let answer: unknown
  try {
    const late = () => new NoAnswer(`no answer within ${patience} s`)
    answer = await withDeadline(patience, late, async (signal) => ask({ signal }))
  } catch (cause) {
    throw unanswered(reason, `${who} failed: ${isTellable(cause) ? cause.message : 'it threw or rejected'}`, cause)
  }
  if (typeof answer === 'boolean') return answer
  throw unanswered(reason, `${who} answered neither true nor false, but a value of type ${typeof answer}`)
}

/** Whether a message is of the guard's own making. What a user's hook throws may hold anybody's data. */
function isTellable(cause: unknown): cause is Error {
  return cause instanceof NoAnswer || cause instanceof FetchError || isConfigError(cause)
}

function unanswered(reason: Reason, detail: string, cause?: unknown): Refusal {
  return new Refusal(reason, detail, { retryAfter: 1, cause })
}
