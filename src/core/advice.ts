const mark = 'authing-guard: '

/** The programmer's fault, at construction or wiring: an error that says what to do. Never thrown for a request. */
export function advice(what: string): TypeError {
  return new TypeError(mark + what)
}

/** Whether an error is such advice: its message names options, and holds nobody's data. */
export function isAdvice(error: unknown): error is TypeError {
  return error instanceof TypeError && error.message.startsWith(mark)
}
