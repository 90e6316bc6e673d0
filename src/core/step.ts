/** A result that is there, or a promise of it: a step of the walk waits only where it has to. */
export type Step<T> = T | Promise<T>

/** The next step: in place where the last one was. (Not `then`: a module that exports that name cannot be imported.) */
export function after<T, U>(step: Step<T>, next: (value: T) => Step<U>): Step<U> {
  return step instanceof Promise ? step.then(next) : next(step)
}
