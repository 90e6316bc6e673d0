import { type GuardError, isGuardError } from '../../common/errors.js'

/** Returns a refusal that was thrown. Throws anything else on, since it is not the guard's. */
export function refusalOf(error: unknown): GuardError {
  if (isGuardError(error)) return error
  throw error
}
