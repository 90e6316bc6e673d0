import type { GuardError } from '../core/errors.js'

/** Whether a guard refused. By shape: the guard may be of the other build (ESM or CJS) than the door. */
export function isRefusal(error: unknown): error is GuardError {
  return error instanceof Error && error.name === 'GuardError' && 'reason' in error
}

/** The refusal that something threw; anything else is thrown on, since it is not the guard's. */
export function refusalOf(error: unknown): GuardError {
  if (isRefusal(error)) return error
  throw error
}
