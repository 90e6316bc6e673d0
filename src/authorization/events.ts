/** What becomes of a question about a caller, told as it is answered. */
export interface DecidedEvent {
  readonly type: 'decided'
  readonly hook: 'checkPermission' | 'hasRole'
  /** The action that was asked about, as the requirement has it; undefined for roles. Resources may name people. */
  readonly action: string | undefined
  readonly allowed: boolean
  /** Whether the answer was at hand in this process, and the hook not called. */
  readonly remembered: boolean
}

/** Nobody writes news for nobody. */
export interface DecisionReporter {
  readonly hasListeners: boolean
  readonly emit: (event: DecidedEvent) => void
}
