import { CircuitBreaker } from '../common/circuit-breaker.js'
import type { ClockAndRandom } from '../common/clock.js'
import { withDeadline } from '../common/deadline.js'

/** Milliseconds, give or take a quarter, until one call may find out whether it works again. */
const pause = 1000
/** Calls that were given up, and have not settled since, from which on the pause is longer. */
const mostAbandoned = 100
const longPause = 30_000

/** An error whose message is the guard's own: it may be reported. */
export class CallError extends Error {}

/** What is reported of a call that takes longer, in milliseconds. */
export function noAnswerWithin(timeout: number): string {
  return `no answer within ${timeout} ms`
}

/** Calls to something that may fail. */
export interface GuardedCalls {
  /** False from a call that failed to one that succeeds. */
  isUp(): boolean
  /** Makes a call, where one may be made now; undefined where it failed, was late, or was not made. */
  call<T>(purpose: string, work: () => T | Promise<T>): Promise<{ readonly value: T } | undefined>
}

/**
 * Guards calls to something that may be slow, down, or never answer: each call has a deadline, and after three failures
 * in a row one call a second is made. Nothing here throws or rejects. `timeout` is in milliseconds; `emit` is told of the
 * first failure in a row.
 */
export function guardedCalls(
  timeout: number,
  clock: ClockAndRandom,
  emit: (purpose: string, error: string) => void,
): GuardedCalls {
  let abandoned = 0
  let isFailing = false
  const circuit = new CircuitBreaker(clock, {
    // Each call that hangs takes memory: where many do, fewer are made.
    pause: (_, chance) => (abandoned > mostAbandoned ? longPause : pause) * (0.75 + chance / 2),
    abandonAfter: timeout + pause,
  })

  /** A call that is given up may still settle later. */
  function inTime<T>(work: () => T | Promise<T>): Promise<T> {
    let isAbandoned = false
    const late = () => {
      isAbandoned = true
      abandoned++
      return new CallError(noAnswerWithin(timeout))
    }
    return withDeadline(timeout / 1000, late, async () => {
      try {
        return await work()
      } finally {
        if (isAbandoned) abandoned--
      }
    })
  }

  return {
    isUp: () => !isFailing,
    async call(purpose, work) {
      const call = circuit.enter()
      if (call === undefined) return undefined
      try {
        const value = await inTime(work)
        circuit.succeeded()
        isFailing = false
        return { value }
      } catch (error) {
        circuit.failed(call)
        if (!isFailing) emit(purpose, wordsOf(error))
        isFailing = true
        return undefined
      }
    },
  }
}

/**
 * The part of an error that may be reported: its code, or the word that a Redis server's errors begin with, like READONLY.
 * The rest of a client's message may hold the address, and so the password.
 */
function wordsOf(error: unknown): string {
  if (error instanceof CallError) return error.message
  const [code, message] = ['code', 'message'].map((name) => Reflect.get(Object(error), name))
  if (typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code)) return code
  const [word = ''] = typeof message === 'string' ? `${message}`.split(' ', 1) : []
  return /^[A-Z]{2,20}$/.test(word) ? word : 'the client threw or rejected'
}
