import type { PoolState } from './state.js'

/** One request that the pool got. The query, headers and body are not kept: there are tokens and secrets in them. */
export interface PoolRequest {
  readonly method: string
  /** Without the query, cut to 256 characters. */
  readonly path: string
  /** 0 while, or where, it was not answered. */
  readonly status: number
  /** By the pool's clock, in milliseconds since the epoch. */
  readonly at: number
}

const limit = 10_000

/** The last 10,000 requests, oldest first. */
export class RequestLog {
  readonly #state: PoolState
  #entries: { method: string; path: string; status: number; at: number }[] = []

  constructor(state: PoolState) {
    this.#state = state
  }

  /** Notes a request; the function that comes back notes its status. */
  add(method: string, path: string): (status: number) => void {
    const entry = { method, path: path.slice(0, 256), status: 0, at: this.#state.settings.now() }
    this.#entries.push(entry)
    if (this.#entries.length > limit) this.#entries.shift()
    return (status) => {
      entry.status = status
    }
  }

  clear(): void {
    this.#entries = []
  }

  snapshot(): readonly PoolRequest[] {
    return this.#entries.map((entry) => Object.freeze({ ...entry }))
  }
}
