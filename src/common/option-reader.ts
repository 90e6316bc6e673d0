import { configError } from './config-error.js'

/** The bounds of a number among the options. */
export interface Range {
  readonly min: number
  readonly max: number
}

/**
 * An object that the programmer gave, read once and by its own properties alone: what a library put on
 * `Object.prototype` configures nothing. Every reader throws the `TypeError` that says what is wrong with which option.
 */
export class OptionReader {
  readonly #values: ReadonlyMap<string, unknown>

  /** `where` is the path to the object, as in `apps[0].`; `known` are the names that it may have. */
  constructor(
    value: unknown,
    private readonly path: string,
    known: readonly string[],
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw configError(`${path === '' ? 'the options' : path.slice(0, -1)} must be an object with ${known.join(', ')}`)
    }
    this.#values = new Map(Object.entries(value))
    for (const name of this.#values.keys()) {
      if (!known.includes(name))
        throw configError(`there is no option ${path}${name}. The options are ${known.join(', ')}`)
    }
  }

  get(name: string): unknown {
    return this.#values.get(name)
  }

  /** Whether the option is there at all, be it undefined. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** Options of their own, or none. */
  object(name: string): unknown {
    const value = this.get(name)
    return value === undefined ? {} : value
  }

  /** A function. */
  requiredFunction<F extends (...args: never[]) => unknown = (...args: readonly unknown[]) => unknown>(
    name: string,
  ): F {
    const value = this.get(name)
    if (isFunction<F>(value)) return value
    throw this.invalid(name, 'must be a function')
  }

  /** A function, or none. */
  optionalFunction<F extends (...args: never[]) => unknown>(name: string): F | undefined {
    return this.get(name) === undefined ? undefined : this.requiredFunction<F>(name)
  }

  /** A text that is not blank. */
  text(name: string, what: string): string {
    return this.#textOf(this.get(name), name, what)
  }

  /** One such text or a list of them, none twice. */
  texts(name: string, what: string): readonly string[] {
    const value = this.get(name)
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    const texts = list.map((entry) => this.#textOf(entry, name, what))
    if (texts.length === 0) throw this.invalid(name, `is an empty list. It must be ${what}`)
    if (new Set(texts).size < texts.length) throw this.invalid(name, 'holds the same value twice')
    return texts
  }

  /** One of the choices, or the first of them where the option is left out. */
  choice<T extends string | boolean>(name: string, choices: readonly [T, ...T[]]): T {
    const value = this.get(name)
    const found = value === undefined ? choices[0] : choices.find((choice) => choice === value)
    if (found === undefined)
      throw this.invalid(name, `must be ${choices.map((choice) => JSON.stringify(choice)).join(' or ')}`)
    return found
  }

  /** A duration in seconds; undefined where it is left out. */
  seconds(name: string, { min, max }: Range): number | undefined {
    const value = this.get(name)
    if (value === undefined) return undefined
    if (typeof value === 'number' && value >= min && value <= max) return value
    throw this.invalid(name, `must be a number of seconds (not milliseconds), from ${min} to ${max}`)
  }

  /** A whole number; undefined where it is left out. */
  count(name: string, { min, max }: Range): number | undefined {
    const value = this.get(name)
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    throw this.invalid(name, `must be a whole number from ${min} to ${max}`)
  }

  invalid(name: string, what: string): TypeError {
    return configError(`${this.path}${name} ${what}`)
  }

  #textOf(value: unknown, name: string, what: string): string {
    if (value === undefined || value === null) throw this.invalid(name, `is missing. It must be ${what}`)
    if (typeof value !== 'string') throw this.invalid(name, `must be a string: ${what}`)
    if (value.trim() === '') throw this.invalid(name, `is blank. It must be ${what}`)
    if (value.trim() !== value) throw this.invalid(name, 'has white space around it')
    return value
  }
}

function isFunction<F>(value: unknown): value is F {
  return typeof value === 'function'
}
