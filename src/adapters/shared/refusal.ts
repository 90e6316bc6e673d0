import { type GuardError, isGuardError } from '../../common/errors.js'

/** The refusal that something threw; anything else is thrown on, since it is not the guard's. */
export function refusalOf(error: unknown): GuardError {
  if (isGuardError(error)) return error
  throw error
}
