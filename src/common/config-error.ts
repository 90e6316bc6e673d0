const mark = 'authing-guard: '

/** A mistake of the programmer in the configuration or the wiring. The message says what to do; no caller ever sees it. */
export function configError(what: string): TypeError {
  return new TypeError(mark + what)
}

/** The same about one option; `name` is its whole path, as in `apps[0].appId`. */
export function invalidOption(name: string, what: string): TypeError {
  return configError(`${name} ${what}`)
}

/** Whether an error is a {@link configError}: its message names options, and holds no data of a request. */
export function isConfigError(error: unknown): error is TypeError {
  return error instanceof TypeError && error.message.startsWith(mark)
}
