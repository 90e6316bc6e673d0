/** One request that the pool got. The query, headers and body are not kept: there are tokens and secrets in them. */
export interface PoolRequest {
  /** Counts the requests of the pool, from 1 on; `clearRequests` does not start it anew. */
  readonly number: number
  readonly method: string
  /** Without the query, cut to 256 characters. */
  readonly path: string
  /** 0 while, or where, it was not answered. */
  readonly status: number
  /** By the pool's clock, in milliseconds since the epoch. */
  readonly at: number
  /** That it had an Authorization header, and of which scheme: `'Bearer ****'`. Absent where it had none. */
  readonly authorization?: string
}
