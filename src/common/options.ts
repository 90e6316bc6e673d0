import { systemClock } from './clock.js'
import { configError, invalidOption } from './config-error.js'

/** One option of the package: what it may be, and what it is where it is left out. */
export interface Option<T> {
  /** Checks a value. `name` is the option's whole path, as in `apps[0].appId`. @throws {TypeError} */
  readonly read: (value: unknown, name: string) => T
  /** The value where the option is left out; undefined where there is none. */
  readonly default?: unknown
  /** The bounds of a number, for messages and for the test that compares the documents. */
  readonly range?: Range
  /** The options of an option that is an object. */
  readonly group?: OptionTable
}

/** What a number counts. */
export type Unit = 'seconds' | 'bytes' | 'tokens' | 'keys' | 'calls'

export interface Range {
  readonly min: number
  readonly max: number
  readonly unit: Unit
}

/** All options of one object, by name: the one place in the code that has their names, types, bounds and defaults. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>

/** A table with every option of an interface, and no other. */
export type TableOf<Options> = { readonly [Name in keyof Options]-?: Option<unknown> }

/** The options of a table, checked, with their defaults. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer T> ? T : never
}

interface Default<D> {
  readonly default: D
}

interface Bounds<D> extends Default<D> {
  readonly min: number
  readonly max: number
}

/** A duration in seconds. */
export function seconds<D extends number | undefined>(bounds: Bounds<D>): Option<number | D> {
  const { min, max } = bounds
  const read = (value: unknown, name: string): number => {
    if (typeof value === 'number' && value >= min && value <= max) return value
    throw invalidOption(name, `must be a number of seconds (not milliseconds), from ${min} to ${max}`)
  }
  return { ...optional(read, bounds.default), range: { min, max, unit: 'seconds' } }
}

/** A whole number of something. */
export function count<D extends number | undefined>(
  bounds: Bounds<D> & { readonly unit: Exclude<Unit, 'seconds'> },
): Option<number | D> {
  const { min, max, unit } = bounds
  const read = (value: unknown, name: string): number => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    throw invalidOption(name, `must be a whole number from ${min} to ${max}`)
  }
  return { ...optional(read, bounds.default), range: { min, max, unit } }
}

/** One of several values. */
export function choice<const T extends string | boolean, const D extends T | undefined>(
  choices: readonly T[],
  or: Default<D>,
): Option<T | D> {
  const read = (value: unknown, name: string): T => {
    const found = choices.find((one) => one === value)
    if (found !== undefined) return found
    throw invalidOption(name, `must be ${choices.map((one) => JSON.stringify(one)).join(' or ')}`)
  }
  return optional(read, or.default)
}

/** True or false; false where it is left out. */
export const flag: Option<boolean> = choice([false, true], { default: false })

/** A text that is not blank. `what` says what it must be, and where to find it. */
export function text(what: string): Option<string>
export function text<D extends string | undefined>(what: string, or: Default<D>): Option<string | D>
export function text(what: string, or?: Default<string | undefined>): Option<string | undefined> {
  const read = (value: unknown, name: string) => readText(value, name, what)
  return or === undefined ? { read } : optional(read, or.default)
}

/** One such text or a list of them, none twice. */
export function texts(what: string): Option<readonly string[]>
export function texts(what: string, or: Default<undefined>): Option<readonly string[] | undefined>
export function texts(what: string, or?: Default<undefined>): Option<readonly string[] | undefined> {
  const read = (value: unknown, name: string) => readTexts(value, name, what)
  return or === undefined ? { read } : optional(read, or.default)
}

/** One of several known texts or a list of them, none twice; undefined where it is left out. */
export function someOf<T extends string>(known: readonly T[]): Option<readonly T[] | undefined> {
  const what = `one or several of ${known.join(', ')}`
  return refined(texts(what, { default: undefined }), (named, name) => {
    const found = known.filter((one) => named?.includes(one))
    if (named !== undefined && found.length < named.length) throw invalidOption(name, `must be ${what}`)
    return named && found
  })
}

/** A function, or none. */
export function callback<F extends (...args: never[]) => unknown>(): Option<F | undefined> {
  return optional((value, name) => {
    if (isFunction<F>(value)) return value
    throw invalidOption(name, 'must be a function')
  }, undefined)
}

/** The clock. What the user's own returns is checked at each call: with NaN or a text no time would ever be over. */
export const clock: Option<() => number> = refined(callback<() => number>(), (given) => {
  if (given === undefined) return systemClock
  return () => {
    const time: unknown = given()
    if (typeof time === 'number' && Number.isFinite(time)) return time
    const found =
      typeof time === 'number' ? `${time}` : time instanceof Date ? 'a Date' : `a value of type ${typeof time}`
    throw configError(`now must return milliseconds since the epoch, like Date.now, and returned ${found}`)
  }
})

/** An option that its own code checks. */
export const anything: Option<unknown> = { read: (value) => value }

/** An option whose value is checked further, or made into something else. */
export function refined<T, U>({ read, ...rest }: Option<T>, refine: (value: T, name: string) => U): Option<U> {
  return { ...rest, read: (value, name) => refine(read(value, name), name) }
}

function optional<T, D>(read: (value: unknown, name: string) => T, fallback: D): Option<T | D> {
  return { read: (value, name) => (value === undefined ? fallback : read(value, name)), default: fallback }
}

function readText(value: unknown, name: string, what: string): string {
  if (value === undefined || value === null) throw invalidOption(name, `is missing. It must be ${what}`, 'missing')
  if (typeof value !== 'string') throw invalidOption(name, `must be a string: ${what}`)
  if (value.trim() === '') throw invalidOption(name, `is blank. It must be ${what}`, 'missing')
  if (value.trim() !== value) throw invalidOption(name, 'has white space around it', 'white_space')
  return value
}

function readTexts(value: unknown, name: string, what: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const read = list.map((entry) => readText(entry, name, what))
  if (read.length === 0) throw invalidOption(name, `is an empty list. It must be ${what}`)
  if (new Set(read).size < read.length) throw invalidOption(name, 'holds the same value twice')
  return read
}

function isFunction<F>(value: unknown): value is F {
  return typeof value === 'function'
}
