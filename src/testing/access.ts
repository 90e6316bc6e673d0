import { type Grant, type Role, readGrant, readRoles } from './grants.js'
import { invalid } from './validation.js'

/** One permission check, in either model. */
export interface AccessQuestion {
  readonly userId: string
  readonly model: Grant['model']
  readonly namespace: string
  readonly resource: string
  readonly action: string
  /** The values for conditions; undefined if conditions are not evaluated. */
  readonly environment: Readonly<Record<string, unknown>> | undefined
}

/** Matches a resource or an action: `book:*` matches every `book:1`, `*` matches all. */
const matches = (granted: string, asked: string): boolean =>
  granted === '*' || granted === asked || (granted.endsWith(':*') && asked.startsWith(granted.slice(0, -1)))

/** A resource type alone, `book`, matches every resource of that type. */
const matchesType = (granted: string, asked: string): boolean =>
  !granted.includes(':') && asked.startsWith(`${granted}:`)

const coversByModel: Readonly<Record<Grant['model'], (grant: Grant, asked: AccessQuestion) => boolean>> = {
  acl: ({ resource, action }, asked) =>
    (matches(resource, asked.resource) || matchesType(resource, asked.resource)) && matches(action, asked.action),
  data: ({ resource, action }, asked) =>
    ['*', asked.resource].includes(resource) && ['*', asked.action].includes(action),
}

/** Roles and grants: the data of the pool's permission checks. */
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

  /** In the order in which they were added. */
  get grants(): readonly Grant[] {
    return [...this.#grants.values()]
  }

  grant(given: unknown): void {
    const grant = readGrant(given)
    this.#grants.set(JSON.stringify(grant), grant)
  }

  /** Throws a TypeError if there is no such grant. */
  removeGrant(given: unknown): void {
    const grant = JSON.stringify(readGrant(given))
    if (!this.#grants.delete(grant)) throw invalid(`there is no grant ${grant}`)
  }

  hasRole(userId: string, code: unknown, namespace: unknown): boolean {
    return this.rolesOf(userId).some((role) => role.code === code && role.namespace === namespace)
  }

  /** Whether a grant allows it and no grant denies it. */
  allows(question: AccessQuestion): boolean {
    const effects = this.grants.filter((grant) => this.#applies(grant, question)).map(({ effect }) => effect)
    return effects.includes('allow') && !effects.includes('deny')
  }

  #applies(grant: Grant, question: AccessQuestion): boolean {
    const { userId, model, namespace, environment } = question
    const isForUser = grant.userId === userId || this.hasRole(userId, grant.role, namespace)
    const covers = grant.model === model && grant.namespace === namespace && coversByModel[model](grant, question)
    const holds = Object.entries(grant.condition).every(([name, value]) => !environment || environment[name] === value)
    return isForUser && covers && holds
  }
}
