/** How many calls at the same time, and how long a queue. */
export interface CallLimitSettings {
  readonly max: number
  /** Callers that wait for a place at most; 0 where one request must not wait for another. */
  readonly maxWaiting: number
  /** Seconds that a caller waits at most. */
  readonly waitSeconds: number
  /** Seconds after which a call that has not ended gives up its place: it may have died with its request. */
  readonly abandonAfter: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

interface Call {
  readonly startedAt: number
}

/** Limit of calls at the same time. Those that find no place wait, in order, for a short while. */
export class CallLimit {
  readonly #calls = new Set<Call>()
  readonly #waiting = new Set<(call?: Call) => void>()

  constructor(private readonly settings: CallLimitSettings) {}

  /** Makes a call when there is a place for it; undefined, and no call, where there is none in time. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    const call = this.#hasPlace() ? this.#enter() : await this.#place()
    if (call === undefined) return undefined
    try {
      return await work()
    } finally {
      this.#calls.delete(call)
      const [next] = this.#waiting
      // Handed over: a caller that comes in between must not take it.
      if (next !== undefined && this.#hasPlace()) next(this.#enter())
    }
  }

  #hasPlace(): boolean {
    const { max, abandonAfter, now } = this.settings
    if (this.#calls.size < max) return true
    const time = now()
    for (const call of this.#calls) {
      const age = time - call.startedAt
      // A clock that was set back must not hold places for as long as that is.
      if (age < 0 || age >= abandonAfter * 1000) this.#calls.delete(call)
    }
    return this.#calls.size < max
  }

  #enter(): Call {
    const call = { startedAt: this.settings.now() }
    this.#calls.add(call)
    return call
  }

  /** Waits for a place; undefined if none is free in time, or too many wait already. */
  #place(): Promise<Call | undefined> | undefined {
    const { maxWaiting, waitSeconds } = this.settings
    if (this.#waiting.size >= maxWaiting) return undefined
    return new Promise((resolve) => {
      const settle = (call?: Call) => {
        clearTimeout(timer)
        this.#waiting.delete(settle)
        resolve(call)
      }
      let timer = setTimeout(() => {
        // Once more round the event loop: a place that got free while the loop was blocked is in time.
        timer = setTimeout(settle, 1)
      }, waitSeconds * 1000)
      this.#waiting.add(settle)
    })
  }
}
