import type { ClockAndRandom } from '../common/clock.js'

/** What a call brought; undefined where it brought nothing in its time, or was not made. */
export type Outcome<T> = { readonly value: T } | undefined

/** Calls in a row that fail before no more are made for a while. */
const mostFailures = 3
/** Milliseconds, give or take a quarter, until one call may find out whether it works again. */
const pause = 1000
/** Calls that were given up, and have not settled since, from which on the pause is longer. */
const mostAbandoned = 100
const longPause = 30_000

class NoAnswer extends Error {}

/**
 * Stands in front of something that may be slow, down, or never answer: each call has its time, and after a few that
 * fail none is made but one a second. Nothing here throws or rejects.
 */
export class Breaker {
  #failures = 0
  /** When it opened, or last let one call through. */
  #since = 0
  /** Of the pause, so that a fleet does not come back together. */
  #share = 1
  #abandoned = 0

  constructor(
    /** Milliseconds. */
    private readonly patience: number,
    private readonly clock: ClockAndRandom,
    /** Told of the first failure in a row. */
    private readonly emit: (purpose: string, error: string) => void,
  ) {}

  get isUp(): boolean {
    return this.#failures < mostFailures
  }

  /** Makes a call, where one may be made now. */
  async call<T>(purpose: string, work: () => T | Promise<T>): Promise<Outcome<T>> {
    if (!this.isUp && !this.#mayProbe()) return undefined
    try {
      const value = await this.#inTime(async () => work())
      this.#failures = 0
      return { value }
    } catch (error) {
      this.#fail(purpose, error)
      return undefined
    }
  }

  /** Lets one through for each pause; it need not come back for the next one to be let through. */
  #mayProbe(): boolean {
    const now = this.clock.now()
    const length = this.#abandoned > mostAbandoned ? longPause : pause
    // A clock that was set back must not keep it open.
    if (now >= this.#since && now < this.#since + length * this.#share) return false
    this.#open(now)
    return true
  }

  #open(now: number): void {
    this.#since = now
    this.#share = 0.75 + this.clock.random() / 2
  }

  #fail(purpose: string, error: unknown): void {
    this.#failures++
    if (this.#failures === mostFailures) this.#open(this.clock.now())
    if (this.#failures === 1) this.emit(purpose, wordsOf(error))
  }

  /** What is given up is waited for no more, and what it comes to later is nobody's error. */
  #inTime<T>(work: () => Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isAbandoned = false
    const working = work().finally(() => {
      clearTimeout(timer)
      if (isAbandoned) this.#abandoned--
    })
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => {
        isAbandoned = true
        this.#abandoned++
        reject(new NoAnswer(`no answer within ${this.patience} ms`))
      }
      timer = setTimeout(() => {
        // Once more round: while this process was busy the answer may have come, and is not late then.
        timer = setTimeout(giveUp, 0)
      }, this.patience)
    })
    return Promise.race([working, late])
  }
}

/** What may be told of an error: a client's message may hold the address, and so the password. */
function wordsOf(error: unknown): string {
  if (error instanceof NoAnswer) return error.message
  const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'the client threw or rejected'
}
