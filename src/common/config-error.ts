const mark = 'authing-guard: '
/** Registered, so that two copies of the package in one process know each other's errors. */
const brand = Symbol.for('authing-guard.config-error')

/** What is wrong with an option, for the commands, which say how to fix it. */
export type ConfigFaultKind =
  | 'missing'
  | 'white_space'
  | 'plain_http'
  | 'loopback_in_production'
  | 'issuer_without_path'
  | 'short_secret'
  | 'other'

/** A mistake in the configuration. */
export interface ConfigFault {
  readonly kind: ConfigFaultKind
  /** The whole path of the option, as in `apps[0].appId`; undefined for a mistake that is not about one option. */
  readonly name?: string | undefined
  /** The right value, where it is known. */
  readonly suggestion?: string | undefined
  /** The message without its prefix. */
  readonly advice: string
}

/** A mistake of the programmer in the configuration or the wiring. The message says what to do; no caller ever sees it. */
export function configError(advice: string, fault: Omit<ConfigFault, 'advice'> = { kind: 'other' }): TypeError {
  return Object.defineProperty(new TypeError(mark + advice), brand, { value: { ...fault, advice } })
}

/** The same about one option; `name` is its whole path, as in `apps[0].appId`. */
export function invalidOption(
  name: string,
  what: string,
  kind: ConfigFaultKind = 'other',
  suggestion?: string,
): TypeError {
  return configError(`${name} ${what}`, { kind, name, suggestion })
}

/** Whether an error is a {@link configError}: its message names options, and holds no data of a request. */
export function isConfigError(error: unknown): error is TypeError {
  return configFaultOf(error) !== undefined
}

/** The fault of a {@link configError}; undefined for any other error. */
export function configFaultOf(error: unknown): ConfigFault | undefined {
  return error instanceof TypeError ? Reflect.get(error, brand) : undefined
}
