import { CircuitBreaker } from '../common/circuit-breaker.js'
import type { ClockAndRandom } from '../common/clock.js'
import { withDeadline } from '../common/deadline.js'

/** The result of a call; undefined where it failed, was late, or was not made. */
export type Outcome<T> = { readonly value: T } | undefined

/** Milliseconds, give or take a quarter, until one call may find out whether it works again. */
const pause = 1000
/** Calls that were given up, and have not settled since, from which on the pause is longer. */
const mostAbandoned = 100
const longPause = 30_000

class NoAnswer extends Error {}

/**
 * Guards calls to something that may be slow, down, or never answer: each call has a deadline, and after three failures
 * in a row one call a second is made. Nothing here throws or rejects.
 */
export class GuardedCalls {
  readonly #circuit: CircuitBreaker
  #abandoned = 0
  #isFailing = false

  constructor(
    /** Milliseconds that a call may take. */
    private readonly timeout: number,
    clock: ClockAndRandom,
    /** Told of the first failure in a row. */
    private readonly emit: (purpose: string, error: string) => void,
  ) {
    this.#circuit = new CircuitBreaker(clock, {
      // Each call that hangs takes memory: where many do, fewer are made.
      pause: (_, chance) => (this.#abandoned > mostAbandoned ? longPause : pause) * (0.75 + chance / 2),
      abandonAfter: timeout + pause,
    })
  }

  get isUp(): boolean {
    return !this.#circuit.isOpen
  }

  /** Makes a call, where one may be made now. */
  async call<T>(purpose: string, work: () => T | Promise<T>): Promise<Outcome<T>> {
    const call = this.#circuit.enter()
    if (call === undefined) return undefined
    try {
      const value = await this.#inTime(work)
      this.#circuit.succeeded()
      this.#isFailing = false
      return { value }
    } catch (error) {
      this.#circuit.failed(call)
      if (!this.#isFailing) this.emit(purpose, wordsOf(error))
      this.#isFailing = true
      return undefined
    }
  }

  /** Waits until the deadline. A call that is given up may still settle later. */
  #inTime<T>(work: () => T | Promise<T>): Promise<T> {
    let isAbandoned = false
    const late = () => {
      isAbandoned = true
      this.#abandoned++
      return new NoAnswer(`no answer within ${this.timeout} ms`)
    }
    return withDeadline(this.timeout / 1000, late, async () => {
      try {
        return await work()
      } finally {
        if (isAbandoned) this.#abandoned--
      }
    })
  }
}

/** The part of an error that may be reported: a client's message may hold the address, and so the password. */
function wordsOf(error: unknown): string {
  if (error instanceof NoAnswer) return error.message
  const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'the client threw or rejected'
}
