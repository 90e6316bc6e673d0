import { type Grant, type Role, readGrant, readRoles } from './grants.js'
import { invalid } from './validation.js'

/** What a permission check asks, in either model. */
export interface AccessQuestion {
  readonly userId: string
  readonly model: Grant['model']
  readonly namespace: string
  readonly resource: string
  readonly action: string
  /** What conditions are judged by; undefined where they are not judged at all. */
  readonly environment: Readonly<Record<string, unknown>> | undefined
}

/** Of a resource or an action: `book:*` is every `book:1`, `*` is all. */
const spans = (granted: string, asked: string): boolean =>
  granted === '*' || granted === asked || (granted.endsWith(':*') && asked.startsWith(granted.slice(0, -1)))

/** A type of resources alone, `book`, is all of them. */
const spansType = (granted: string, asked: string): boolean => !granted.includes(':') && asked.startsWith(`${granted}:`)

const names: Readonly<Record<Grant['model'], (grant: Grant, asked: AccessQuestion) => boolean>> = {
  acl: ({ resource, action }, asked) =>
    (spans(resource, asked.resource) || spansType(resource, asked.resource)) && spans(action, asked.action),
  data: ({ resource, action }, asked) =>
    ['*', asked.resource].includes(resource) && ['*', asked.action].includes(action),
}

/** Who has which roles, and what is granted: all that the pool's permission checks go by. */
export class Access {
  readonly #roles: Map<string, readonly Role[]>
  readonly #grants: Map<string, Grant>

  constructor(roles: ReadonlyMap<string, readonly Role[]>, grants: readonly Grant[]) {
    this.#roles = new Map(roles)
    this.#grants = new Map(grants.map((grant) => [JSON.stringify(grant), grant]))
  }

  setRoles(userId: string, roles: unknown): void {
    this.#roles.set(userId, readRoles(roles))
  }

  rolesOf(userId: string): readonly Role[] {
    return this.#roles.get(userId) ?? []
  }

  /** In the order in which they were given. */
  get grants(): readonly Grant[] {
    return [...this.#grants.values()]
  }

  grant(given: unknown): void {
    const grant = readGrant(given)
    this.#grants.set(JSON.stringify(grant), grant)
  }

  /** Throws a TypeError where there is no such grant. */
  removeGrant(given: unknown): void {
    const grant = JSON.stringify(readGrant(given))
    if (!this.#grants.delete(grant)) throw invalid(`there is no grant ${grant}`)
  }

  hasRole(userId: string, code: unknown, namespace: unknown): boolean {
    return this.rolesOf(userId).some((role) => role.code === code && role.namespace === namespace)
  }

  /** Whether something allows it and nothing denies it. */
  allows(question: AccessQuestion): boolean {
    const effects = this.grants.filter((grant) => this.#applies(grant, question)).map(({ effect }) => effect)
    return effects.includes('allow') && !effects.includes('deny')
  }

  #applies(grant: Grant, question: AccessQuestion): boolean {
    const { userId, model, namespace, environment } = question
    const isTheirs = grant.userId === userId || this.hasRole(userId, grant.role, namespace)
    const isMeant = grant.model === model && grant.namespace === namespace && names[model](grant, question)
    const holds = Object.entries(grant.condition).every(([name, value]) => !environment || environment[name] === value)
    return isTheirs && isMeant && holds
  }
}
