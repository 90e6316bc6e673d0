import { isAdvice } from '../core/advice.js'
import { withDeadline } from '../core/deadline.js'
import { Refusal } from '../core/errors.js'
import { FetchError } from '../core/http.js'
import type { HookContext } from './permission.js'

/** Seconds that a hook may take. */
const patience = 2

class NoAnswer extends Error {}

/**
 * Asks a hook of the user's, within its time; only true and false are answers. `who` is the hook's name.
 *
 * @throws {Refusal} `permission_unavailable` for everything else.
 */
export async function answerOf(who: string, ask: (context: HookContext) => unknown): Promise<boolean> {
  let answer: unknown
  try {
    const late = () => new NoAnswer(`no answer within ${patience} s`)
    answer = await withDeadline(patience, late, async (signal) => ask({ signal }))
  } catch (cause) {
    throw unavailable(`${who} failed: ${isTellable(cause) ? cause.message : 'it threw or rejected'}`, cause)
  }
  if (typeof answer === 'boolean') return answer
  throw unavailable(`${who} answered neither true nor false, but a value of type ${typeof answer}`)
}

/** Whether a message is of the guard's own making. What a user's hook throws may hold anybody's data. */
function isTellable(cause: unknown): cause is Error {
  return cause instanceof NoAnswer || cause instanceof FetchError || isAdvice(cause)
}

export function unavailable(detail: string, cause?: unknown): Refusal {
  return new Refusal('permission_unavailable', detail, { retryAfter: 1, cause })
}
