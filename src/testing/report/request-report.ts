/** What a guard did with a request; `unguarded` if no guard was asked. */
export const outcomes = ['verified', 'anonymous', 'refused', 'would_refuse', 'unguarded'] as const

export type Outcome = (typeof outcomes)[number]

/** One request to an API, as it is reported: no path, no query, no header and no claim. */
export interface RequestReport {
  readonly method: string
  /** Of the answer. */
  readonly status: number
  readonly outcome: Outcome
  /** Of a refusal. */
  readonly reason?: string
  /** Of a refusal: what was expected and what was found, at most 500 characters. */
  readonly detail?: string
  /** Milliseconds from the request to the end of the answer. */
  readonly ms: number
}

/** Marks the message with reports, so that a console that is started with the report does not report its reports. */
export const reportHeader = 'x-authing-guard-report'

/** Characters of `detail`. */
export const maxDetail = 500
/** Reports in one message. With the longest details they fit into the 64 KiB that the console reads. */
export const maxReports = 30
