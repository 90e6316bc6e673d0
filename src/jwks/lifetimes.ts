/** For how long keys serve, in seconds. */
export interface KeyLifetimes {
  readonly freshFor: number
  /** After that, while the issuer is out of reach or overloaded. */
  readonly staleFor: number
  /** The same while what it answers is of no use (TLS, 4xx, no key set): that may be somebody else's answer. */
  readonly staleForAnswers: number
  /** When a fetch that has not settled is given up: a frozen process may have lost its timer as well. */
  readonly abandonAfter: number
  /** Whether what a request begins goes on when it is answered. */
  readonly canOutliveRequest: boolean
}
