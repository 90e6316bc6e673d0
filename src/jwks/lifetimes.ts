/** For how long keys serve, in seconds. */
export interface KeyLifetimes {
  /** How long keys are fresh. */
  readonly maxAge: number
  /** How long after that they serve while the issuer is out of reach or overloaded. */
  readonly staleIfError: number
  /** The same while the issuer's answers are unusable (TLS, 4xx, no key set): they may not be the issuer's own. */
  readonly staleIfUnusable: number
  /** When a fetch that has not settled is given up: a frozen process may have lost its timer as well. */
  readonly abandonAfter: number
  /** False where the runtime cancels pending work after the response, as on Workers. */
  readonly canOutliveRequest: boolean
}
