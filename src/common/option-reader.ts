import { type ConfigFaultKind, configError, invalidOption } from './config-error.js'
import type { Option, OptionTable, OptionValues } from './options.js'

/**
 * Reads an object of options: once, and by its own properties alone, so that what a library put on `Object.prototype`
 * configures nothing. Unknown names throw.
 */
export class OptionReader {
  readonly #values: ReadonlyMap<string, unknown>

  /** `path` leads to the object, as in `apps[0].`; `known` are the names that it may have. @throws {TypeError} */
  constructor(
    value: unknown,
    private readonly path: string,
    known: readonly string[],
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw configError(`${path === '' ? 'the options' : path.slice(0, -1)} must be an object with ${known.join(', ')}`)
    }
    this.#values = new Map(Object.entries(value))
    for (const name of this.#values.keys()) if (!known.includes(name)) throw unknownOption(path, name, known)
  }

  /** The options of a table, checked, with their defaults. @throws {TypeError} */
  values<Table extends OptionTable>(table: Table): OptionValues<Table> {
    const values = Object.entries(table).map(([name, option]) => [name, this.read(name, option)])
    return Object.fromEntries(values) as OptionValues<Table>
  }

  /** One option, checked. @throws {TypeError} */
  read<T>(name: string, option: Option<T>): T {
    return option.read(this.get(name), this.path + name)
  }

  /** The value as it was given. */
  get(name: string): unknown {
    return this.#values.get(name)
  }

  /** Whether the option is there at all, even as undefined. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** The error about one option. `kind` and `suggestion` are for the commands. */
  invalid(name: string, what: string, kind?: ConfigFaultKind, suggestion?: string): TypeError {
    return invalidOption(this.path + name, what, kind, suggestion)
  }
}

/** Reads an object that has the options of one table. @throws {TypeError} */
export function readOptions<Table extends OptionTable>(
  table: Table,
  value: unknown,
  path: string,
): OptionValues<Table> {
  return new OptionReader(value, path, Object.keys(table)).values(table)
}

/** An option that is an object of options; where it is left out, each has its default. */
export function group<Table extends OptionTable>(table: Table): Option<OptionValues<Table>> {
  const read = (value: unknown, name: string) => readOptions(table, value === undefined ? {} : value, `${name}.`)
  return { read, group: table }
}

/** The same, undefined where it is left out. */
export function optionalGroup<Table extends OptionTable>(table: Table): Option<OptionValues<Table> | undefined> {
  const read = (value: unknown, name: string) =>
    value === undefined ? undefined : readOptions(table, value, `${name}.`)
  return { read, group: table }
}

/** The same, where false turns it off. */
export function groupOrFalse<Table extends OptionTable>(table: Table): Option<OptionValues<Table> | false> {
  const { read } = group(table)
  return { read: (value, name) => (value === false ? value : read(value, name)), group: table }
}

function unknownOption(path: string, name: string, known: readonly string[]): TypeError {
  const near = known.find((one) => isNear(one, name))
  const hint = near === undefined ? '' : ` Did you mean ${path}${near}?`
  return configError(`there is no option ${path}${name}.${hint} The options are ${known.join(', ')}`)
}

/** Whether two names are the same but for case, or for one letter that is missing, added, another or swapped. */
function isNear(known: string, given: string): boolean {
  const one = known.toLowerCase()
  const other = given.toLowerCase()
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  const [a, b] = [one.slice(at), other.slice(at)]
  const [rest, otherRest] = [a.slice(1), b.slice(1)]
  const isSwapped = a.slice(0, 2) === `${b.slice(1, 2)}${b.slice(0, 1)}` && a.slice(2) === b.slice(2)
  return rest === b || a === otherRest || rest === otherRest || isSwapped
}
