import { Refusal } from '../../src/common/refusal.js'

/** The result of a step; throws if the step refused. */
export function unrefused<T>(result: T | Refusal): T {
  if (result instanceof Refusal) throw new Error(`${result.reason}: ${result.detail}`, { cause: result })
  return result
}
