import { configError } from '../../common/config-error.js'

/** What the decorators require of a handler. */
export interface NestRules {
  /** The guard does not look at its requests. */
  readonly isPublic: boolean
  /** All must hold. */
  readonly requirements: readonly Required[]
}

/** A requirement, and how many more arguments were passed with it: there should be none. */
export interface Required {
  readonly requirement: unknown
  readonly extraArgCount: number
}

/** The name of a method, or undefined for the whole class. */
type MethodName = string | symbol | undefined

/** Version of the form of the rules. Raise it when a member changes its meaning. */
export const rulesVersion = 1

/** The rules of one class, as a property of its prototype. */
interface ClassRules {
  readonly version: typeof rulesVersion
  readonly byMethod: Map<MethodName, NestRules>
}

// Registered: the decorators may be of another copy of this package than the guard, as the ESM and the CJS build are.
const rulesKey = Symbol.for('authing-guard.nest')

/**
 * Adds a rule to a class or one of its methods.
 *
 * @throws {TypeError} where it would be both public and not, or another version of this package has put rules there.
 */
export function addRule(
  prototype: object,
  method: MethodName,
  isPublic: boolean,
  requirements: readonly Required[],
): void {
  const byMethod = ownRules(prototype) ?? new Map<MethodName, NestRules>()
  const before = byMethod.get(method)
  if (before !== undefined && (isPublic || before.isPublic)) {
    throw configError('@Public() and @Require(), or two @Public(), are on one class or method: use one of them')
  }
  byMethod.set(method, { isPublic, requirements: [...requirements, ...(before?.requirements ?? [])] })
  const value: ClassRules = { version: rulesVersion, byMethod }
  Object.defineProperty(prototype, rulesKey, { value, configurable: true })
}

/**
 * The rules of a handler. Requirements add up: those of its class, of its method, and of the classes that it extends.
 * `@Public()` on a method cancels what the class requires; on a class it applies to methods without requirements. A
 * derived class does not inherit it, nor does a method that overrides another.
 *
 * @throws {TypeError} where methods have rules, and the handler is none of these methods; or the rules are of another
 *   version.
 */
export function rulesOf(controller: { readonly prototype: object }, handler: object): NestRules {
  const chain = prototypeChain(controller.prototype)
  const home = chain.find(({ prototype }) => nameIn(prototype, handler) !== undefined)
  const name = home && nameIn(home.prototype, handler)
  const ofMethods = chain.some(({ own }) => [...own.keys()].some((method) => method !== undefined))
  if (name === undefined && ofMethods) {
    throw configError(
      'the handler is not a method of its class (something wraps it), so its @Require() cannot be found',
    )
  }
  const required = (method: MethodName) => chain.flatMap(({ own }) => own.get(method)?.requirements ?? [])
  const ofMethod = name === undefined ? [] : required(name)
  const isPublic = home?.own.get(name)?.isPublic || (ofMethod.length === 0 && chain[0]?.own.get(undefined)?.isPublic)
  return isPublic
    ? { isPublic, requirements: [] }
    : { isPublic: false, requirements: [...required(undefined), ...ofMethod] }
}

interface Link {
  readonly prototype: object
  readonly own: ReadonlyMap<MethodName, NestRules>
}

function prototypeChain(prototype: object | null): readonly Link[] {
  if (prototype === null) return []
  return [{ prototype, own: ownRules(prototype) ?? new Map() }, ...prototypeChain(Object.getPrototypeOf(prototype))]
}

/** Rules of an unknown version must not count as absent: the handler would be open to every valid token. */
function ownRules(prototype: object): Map<MethodName, NestRules> | undefined {
  const rules: ClassRules | undefined = Object.getOwnPropertyDescriptor(prototype, rulesKey)?.value
  if (rules === undefined || rules.version === rulesVersion) return rules?.byMethod
  throw configError(
    'two copies of authing-guard are loaded, and the decorators of the other version are on this class: install one version (npm ls authing-guard lists them)',
  )
}

function nameIn(prototype: object, handler: object): Exclude<MethodName, undefined> | undefined {
  return Reflect.ownKeys(prototype).find((key) => Object.getOwnPropertyDescriptor(prototype, key)?.value === handler)
}
