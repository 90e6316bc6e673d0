const mark = 'authing-guard: '

/** The programmer's fault, at wiring wherever it shows there: an error that says what to do. Never a caller's fault. */
export function configError(what: string): TypeError {
  return new TypeError(mark + what)
}

/** Whether an error is such advice: its message names options, and holds nobody's data. */
export function isConfigError(error: unknown): error is TypeError {
  return error instanceof TypeError && error.message.startsWith(mark)
}
