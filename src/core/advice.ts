/** The programmer's fault, at construction or wiring: an error that says what to do. Never thrown for a request. */
export function advice(what: string): TypeError {
  return new TypeError(`authing-guard: ${what}`)
}
