import { configError } from '../../common/config-error.js'

/** What the decorators say of a handler. */
export interface NestRules {
  /** Nobody is asked who they are. */
  readonly isPublic: boolean
  /** All must hold. */
  readonly requirements: readonly Required[]
}

/** A requirement, and how many more arguments came with it: none should have. */
export interface Required {
  readonly requirement: unknown
  readonly more: number
}

/** The name of a method, or undefined for the whole class. */
type Place = string | symbol | undefined

// On the prototype itself, under a registered name: a decorator of the ESM build may meet a guard of the CJS build.
const rules = Symbol.for('authing-guard.nest')

/** Notes a rule at a class or one of its methods. @throws {TypeError} where it is both public and not. */
export function note(prototype: object, place: Place, isPublic: boolean, requirements: readonly Required[]): void {
  const own = ownRules(prototype) ?? new Map<Place, NestRules>()
  const before = own.get(place)
  if (before !== undefined && (isPublic || before.isPublic)) {
    throw configError('@Public() stands where @Require() or another @Public() does: it is one or the other')
  }
  own.set(place, { isPublic, requirements: [...requirements, ...(before?.requirements ?? [])] })
  Object.defineProperty(prototype, rules, { value: own, configurable: true })
}

/**
 * What holds for a handler. Requirements add up: a class's and its method's, and those of the classes that it derives
 * from. `@Public()` at a method lifts what the class asks; at a class it is for methods that ask for nothing. It is not
 * handed down to a derived class, nor to a method that takes another's place.
 *
 * @throws {TypeError} where methods have rules, and it cannot be told which of them the handler is.
 */
export function rulesOf(controller: { readonly prototype: object }, handler: object): NestRules {
  const chain = chainOf(controller.prototype)
  const home = chain.find(({ prototype }) => nameIn(prototype, handler) !== undefined)
  const name = home && nameIn(home.prototype, handler)
  const ofMethods = chain.some(({ own }) => [...own.keys()].some((place) => place !== undefined))
  if (name === undefined && ofMethods) {
    throw configError('the handler is no method of its class (something wraps it), so its @Require() cannot be found')
  }
  const asked = (place: Place) => chain.flatMap(({ own }) => own.get(place)?.requirements ?? [])
  const ofMethod = name === undefined ? [] : asked(name)
  const isPublic = home?.own.get(name)?.isPublic || (ofMethod.length === 0 && chain[0]?.own.get(undefined)?.isPublic)
  return isPublic
    ? { isPublic, requirements: [] }
    : { isPublic: false, requirements: [...asked(undefined), ...ofMethod] }
}

interface Link {
  readonly prototype: object
  readonly own: ReadonlyMap<Place, NestRules>
}

function chainOf(prototype: object | null): readonly Link[] {
  if (prototype === null) return []
  return [{ prototype, own: ownRules(prototype) ?? new Map() }, ...chainOf(Object.getPrototypeOf(prototype))]
}

function ownRules(prototype: object): Map<Place, NestRules> | undefined {
  return Object.getOwnPropertyDescriptor(prototype, rules)?.value
}

function nameIn(prototype: object, handler: object): Exclude<Place, undefined> | undefined {
  return Reflect.ownKeys(prototype).find((key) => Object.getOwnPropertyDescriptor(prototype, key)?.value === handler)
}
