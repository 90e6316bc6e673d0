import { Refusal } from './refusal.js'

/** A result, or a promise of it: a step of the pipeline waits only where it has to. */
export type MaybePromise<T> = T | Promise<T>

/** Runs the next step, synchronously where the last one was. (Not named `then`: `import()` would call it.) */
export function chain<T, U>(step: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return step instanceof Promise ? step.then(next) : next(step)
}

/** The next step, unless the last one refused: a refusal goes on as it is. Steps return refusals and throw none. */
export function chainUnlessRefused<T, U>(
  step: MaybePromise<T | Refusal>,
  next: (value: T) => MaybePromise<U | Refusal>,
): MaybePromise<U | Refusal> {
  if (step instanceof Promise) return step.then((value) => (value instanceof Refusal ? value : next(value)))
  return step instanceof Refusal ? step : next(step)
}
