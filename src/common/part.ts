import { configError } from './config-error.js'

// A part is what a user adds to a guard from a subpath of its own: introspection, the shared store. It holds options and
// the functions that use them, so that a guard without the part carries none of that code.

/** The parts, each with the function that makes it and the subpath that it comes from. */
const makers = {
  introspection: { name: 'introspection', subpath: 'authing-guard/introspection' },
  store: { name: 'sharedStore', subpath: 'authing-guard/store' },
} as const

export type PartKind = keyof typeof makers

declare const kindOfPart: unique symbol

/** A part of a guard. Only the function that makes it can: no object literal has this type. */
export interface Part<Kind extends PartKind> {
  readonly [kindOfPart]: Kind
}

/** Registered: a part of the ESM build works in a guard of the CJS build. */
const contentsKey = Symbol.for('authing-guard.part')
/** Of the contract between a part and a guard. Increase it with each incompatible change. */
const version = 2

/** Makes a part. Its contents are not enumerable: they hold secrets, which must not get into a log. */
export function makePart<Kind extends PartKind>(kind: Kind, contents: object): Part<Kind> {
  const value: unknown = Object.freeze(
    Object.defineProperty({}, contentsKey, { value: Object.freeze({ ...contents, kind, version }) }),
  )
  return value as Part<Kind>
}

/** Whether a value is a part, of any kind and version. */
export function isPart(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, contentsKey)
}

/**
 * The contents of the part that an option names.
 *
 * @throws {TypeError} for another value, another kind of part, and a part of another version of this package.
 */
export function contentsOf<Contents>(value: unknown, kind: PartKind, option: string): Contents {
  const { name, subpath } = makers[kind]
  const contents: unknown = isPart(value) ? Reflect.get(Object(value), contentsKey) : undefined
  if (!isOfThisVersion(contents) && contents !== undefined) {
    throw configError(
      `${option} was made by another version of authing-guard: two versions are loaded. npm ls authing-guard shows them`,
    )
  }
  if (!isOfKind<Contents>(contents, kind)) {
    throw configError(`${option} must be ${name}({ ... }): import { ${name} } from '${subpath}'`)
  }
  return contents
}

function isOfThisVersion(contents: unknown): contents is { readonly version: number } {
  return typeof contents === 'object' && contents !== null && Reflect.get(contents, 'version') === version
}

function isOfKind<Contents>(contents: unknown, kind: PartKind): contents is Contents {
  return typeof contents === 'object' && contents !== null && Reflect.get(contents, 'kind') === kind
}
