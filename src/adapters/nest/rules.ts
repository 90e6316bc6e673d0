import { configError } from '../../common/config-error.js'

/** What the decorators say of a class or a method: all requirements must hold. */
interface Rule {
  /** The guard does not look at its requests. */
  readonly isPublic: boolean
  readonly requirements: readonly unknown[]
}

/** The name of a method, or undefined for the whole class. */
type MethodName = string | symbol | undefined

/** A class that Nest makes instances of. */
export interface NestController {
  readonly name: string
  readonly prototype: object
}

/** Version of the form of the rules. Raise it when a member changes its meaning. */
export const rulesVersion = 1

/** The rules of one class, as a property of its prototype. */
interface ClassRules {
  readonly version: number
  readonly byMethod: Map<MethodName, Rule>
}

// Registered: the decorators may be of another copy of this package than the guard, as the ESM and the CJS build are.
const rulesKey = Symbol.for('authing-guard.nest')

/**
 * Adds a rule to a method, whose `target` is the prototype of its class, or to the whole class.
 *
 * @throws {TypeError} where it would be both public and not, or another version of this package has put rules there.
 */
export function addRule(target: object, method: MethodName, { isPublic, requirements }: Rule): void {
  const prototype = method === undefined ? Reflect.get(target, 'prototype') : target
  const byMethod = ownRules(prototype)
  const before = byMethod.get(method)
  if (before !== undefined && (isPublic || before.isPublic)) {
    throw configError('@Public() and @Require(), or two @Public(), are on one class or method: use one of them')
  }
  byMethod.set(method, { isPublic, requirements: [...requirements, ...(before?.requirements ?? [])] })
  const value: ClassRules = { version: rulesVersion, byMethod }
  Object.defineProperty(prototype, rulesKey, { value, configurable: true })
}

/**
 * The requirements of a handler, or that it is public. Requirements add up: those of its class, of its method, and of the
 * classes that it extends. `@Public()` on a method cancels what the class requires; on a class it applies to methods
 * without requirements. A derived class does not inherit it, nor does a method that overrides another.
 *
 * @throws {TypeError} where methods have rules, and the handler is none of these methods, or it has several names; or the
 *   rules are of another version.
 */
export function rulesOf(controller: NestController, handler: object): 'public' | readonly unknown[] {
  const classes = classesOf(controller.prototype, handler)
  const home = classes.find(({ names }) => names.length > 0)
  const [name] = home?.names ?? []
  const names = new Set(classes.flatMap((one) => one.names))
  if (names.size > 1 && classes.some(({ rules }) => [...names].some((name) => rules.has(name)))) {
    throw configError(
      `the methods ${[...names].map(String).join(' and ')} of ${controller.name} are one function, so it is not clear whose @Public() or @Require() counts: write two methods`,
    )
  }
  if (name === undefined && classes.some(({ rules }) => [...rules.keys()].some((method) => method !== undefined))) {
    throw configError(
      'the handler is not a method of its class (something wraps it), so its @Require() cannot be found',
    )
  }
  const requirementsOf = (method: MethodName) => classes.flatMap(({ rules }) => rules.get(method)?.requirements ?? [])
  const ofMethod = name === undefined ? [] : requirementsOf(name)
  const isPublicClass = ofMethod.length === 0 && classes[0]?.rules.get(undefined)?.isPublic
  return home?.rules.get(name)?.isPublic || isPublicClass ? 'public' : [...requirementsOf(undefined), ...ofMethod]
}

/** A class and those that it extends, each with its own rules, and the names that it has for the handler. */
function classesOf(prototype: object, handler: object) {
  const classes: { readonly names: readonly (string | symbol)[]; readonly rules: ReadonlyMap<MethodName, Rule> }[] = []
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    classes.push({ names: namesIn(at, handler), rules: ownRules(at) })
  }
  return classes
}

/** Rules of an unknown version must not count as absent: the handler would be open to every valid token. */
function ownRules(prototype: object): Map<MethodName, Rule> {
  const rules: ClassRules | undefined = Object.getOwnPropertyDescriptor(prototype, rulesKey)?.value
  if (rules === undefined) return new Map()
  if (rules.version === rulesVersion) return rules.byMethod
  throw configError(
    'two copies of authing-guard are loaded, and the decorators of the other version are on this class: install one version (npm ls authing-guard lists them)',
  )
}

function namesIn(prototype: object, handler: object): (string | symbol)[] {
  return Reflect.ownKeys(prototype).filter((key) => Object.getOwnPropertyDescriptor(prototype, key)?.value === handler)
}
