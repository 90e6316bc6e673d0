/** For how long keys serve, in seconds. */
export interface KeyLifetimes {
  /** How long keys are fresh. */
  readonly maxAge: number
  /** How long after that they serve while the issuer is out of reach or overloaded. */
  readonly staleIfError: number
  /**
   * How long they serve from the first of an unbroken run of unusable answers (TLS, 4xx, no key set), within
   * `staleIfError`: the answers may not be the issuer's own.
   */
  readonly staleIfUnusable: number
  /** When a fetch that has not settled is given up: a frozen process may have lost its timer as well. */
  readonly abandonAfter: number
  /** False where the runtime cancels pending work after the response, as on Workers. */
  readonly canOutliveRequest: boolean
}
