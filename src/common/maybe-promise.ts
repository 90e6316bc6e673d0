import { Refusal } from './errors.js'

/** A result that is there, or a promise of it: a step of the walk waits only where it has to. */
export type MaybePromise<T> = T | Promise<T>

/** The next step: in place where the last one was. (Not `then`: a module that exports that name cannot be imported.) */
export function chain<T, U>(step: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return step instanceof Promise ? step.then(next) : next(step)
}

/**
 * The next step of what was not refused; a refusal goes on as it is. The stations throw theirs, but for the few that a
 * flood of bad tokens or a fleet of forgotten ones brings about all the time: those are values, since a throw costs as
 * much as all the rest of a refusal.
 */
export function chainUnlessRefused<T, U>(
  step: MaybePromise<T | Refusal>,
  next: (value: T) => MaybePromise<U | Refusal>,
): MaybePromise<U | Refusal> {
  if (step instanceof Promise) return step.then((value) => (value instanceof Refusal ? value : next(value)))
  return step instanceof Refusal ? step : next(step)
}
