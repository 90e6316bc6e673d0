/** One request to the pool. The query, headers and body are not stored: they can hold tokens and secrets. */
export interface PoolRequest {
  /** Counts the requests of the pool from 1. `clearRequests` does not reset it. */
  readonly number: number
  readonly method: string
  /** Without the query, cut to 256 characters. */
  readonly path: string
  /** 0 as long as it has no answer. */
  readonly status: number
  /** By the clock of the pool, in milliseconds since the epoch. */
  readonly at: number
  /** The scheme of its Authorization header, the rest masked: `'Bearer ****'`. Absent without the header. */
  readonly authorization?: string
}
