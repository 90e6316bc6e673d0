import type { PoolRequest } from './pool-request.js'
import type { PoolState } from './state.js'

const limit = 10_000

/** A header without a known scheme may be a bare token, so it is masked as a whole. */
const masked = (header: string): string => {
  const [, scheme] = /^(bearer|basic) /i.exec(header) ?? []
  return scheme === undefined ? '****' : `${scheme} ****`
}

/** The last 10,000 requests, oldest first. */
export class RequestLog {
  readonly #state: PoolState
  #entries: (PoolRequest & { status: number })[] = []
  #count = 0

  constructor(state: PoolState) {
    this.#state = state
  }

  /** Records a request. The returned function records its status. */
  add(method: string, path: string, authorization: string | undefined): (status: number) => void {
    const { now, onRequest } = this.#state.settings
    this.#count += 1
    const entry = {
      ...{ number: this.#count, method, path: path.slice(0, 256), status: 0, at: now() },
      ...(authorization === undefined ? {} : { authorization: masked(authorization) }),
    }
    this.#entries.push(entry)
    if (this.#entries.length > limit) this.#entries.shift()
    onRequest?.(Object.freeze({ ...entry }))
    return (status) => {
      entry.status = status
      onRequest?.(Object.freeze({ ...entry }))
    }
  }

  clear(): void {
    this.#entries = []
  }

  snapshot(): readonly PoolRequest[] {
    return this.#entries.map((entry) => Object.freeze({ ...entry }))
  }
}
