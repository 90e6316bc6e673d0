import { Refusal } from '../../src/common/errors.js'

/** What a station gives back; its refusal is thrown. */
export function unrefused<T>(result: T | Refusal): T {
  if (result instanceof Refusal) throw result
  return result
}
