import { isJson, type Json } from './jws.js'

/** The programmer's fault, told so that it can be mended. */
export const invalid = (message: string): TypeError => new TypeError(`authing-guard/testing: ${message}`)

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

/** The value as an object that has no other members than `names`. Throws a TypeError that names the stranger. */
export const members = (value: unknown, names: readonly string[], what: string): Json => {
  if (!isJson(value)) throw invalid(`${what} must be an object`)
  const stranger = Object.keys(value).find((name) => !names.includes(name))
  if (stranger !== undefined) throw invalid(`${what} has no '${stranger}'; it takes ${quoted(names)}`)
  return value
}

/** A non-empty list, or undefined where none was given. */
export const list = (value: unknown, what: string): readonly unknown[] | undefined => {
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.length > 0) return value
  throw invalid(`${what} must be a non-empty array; leave it out for a ready-made one`)
}

/** A string of at least `atLeast` characters, or undefined where none was given. */
export const maybeText = (value: unknown, what: string, atLeast = 1): string | undefined => {
  if (value === undefined || (typeof value === 'string' && value.trim().length >= atLeast)) return value
  throw invalid(`${what} must be a string${atLeast > 1 ? ` of at least ${atLeast} characters` : ' that is not blank'}`)
}

/** The same, or what `otherwise` makes where none was given. */
export const text = (value: unknown, what: string, otherwise: () => string, atLeast?: number): string =>
  maybeText(value, what, atLeast) ?? otherwise()

/** One of `choices`, the first of them where none was given. */
export const choice = <T extends string>(value: unknown, choices: readonly [T, ...T[]], what: string): T => {
  if (value === undefined) return choices[0]
  const chosen = choices.find((name) => name === value)
  if (chosen === undefined) throw invalid(`${what} must be one of ${quoted(choices)}`)
  return chosen
}

/** Throws where two of the values are the same. */
export const distinct = (values: readonly string[], what: string): void => {
  if (new Set(values).size < values.length) throw invalid(`two ${what} are the same; each must be unique`)
}

/** A finite number, or undefined where none was given. */
export const amount = (value: unknown, what: string): number | undefined => {
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value
  throw invalid(`${what} must be a finite number`)
}

/** True or false, false where none was given. */
export const flag = (value: unknown, what: string): boolean => {
  if (value === undefined) return false
  if (typeof value === 'boolean') return value
  throw invalid(`${what} must be true or false`)
}
