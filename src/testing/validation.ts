import { isJson, type Json } from './jws.js'

/** An error for the programmer: what is wrong and what to do. */
export const invalid = (message: string): TypeError => new TypeError(`authing-guard/testing: ${message}`)

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

/** Reads an object that has no other members than `names`. Throws a TypeError that names an unknown member. */
export const members = (value: unknown, names: readonly string[], what: string): Json => {
  if (!isJson(value)) throw invalid(`${what} must be an object`)
  const unknown = Object.keys(value).find((name) => !names.includes(name))
  if (unknown !== undefined) throw invalid(`${what} has no '${unknown}'; it takes ${quoted(names)}`)
  return value
}

/** Reads a non-empty list, or undefined. */
export const list = (value: unknown, what: string): readonly unknown[] | undefined => {
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.length > 0) return value
  throw invalid(`${what} must be a non-empty array; leave it out for the default`)
}

/** Reads a string of at least `minLength` characters, or undefined. */
export const maybeText = (value: unknown, what: string, minLength = 1): string | undefined => {
  if (value === undefined || (typeof value === 'string' && value.trim().length >= minLength)) return value
  throw invalid(
    `${what} must be a string${minLength > 1 ? ` of at least ${minLength} characters` : ' that is not blank'}`,
  )
}

/** Reads such a string; the default comes from `otherwise`. */
export const text = (value: unknown, what: string, otherwise: () => string, minLength?: number): string =>
  maybeText(value, what, minLength) ?? otherwise()

/** Reads one of `choices`; the first one is the default. */
export const choice = <T extends string>(value: unknown, choices: readonly [T, ...T[]], what: string): T => {
  if (value === undefined) return choices[0]
  const chosen = choices.find((name) => name === value)
  if (chosen === undefined) throw invalid(`${what} must be one of ${quoted(choices)}`)
  return chosen
}

/** Throws if two of the values are the same. */
export const distinct = (values: readonly string[], what: string): void => {
  if (new Set(values).size < values.length) throw invalid(`two ${what} are the same; each must be unique`)
}

/** Reads a finite number, or undefined. */
export const amount = (value: unknown, what: string): number | undefined => {
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value
  throw invalid(`${what} must be a finite number`)
}

/** Reads a boolean; the default is false. */
export const flag = (value: unknown, what: string): boolean => {
  if (value === undefined) return false
  if (typeof value === 'boolean') return value
  throw invalid(`${what} must be true or false`)
}
