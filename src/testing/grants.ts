import { isJson } from './jws.js'
import { choice, invalid, maybeText, members, text } from './validation.js'

/** A role of a user: its code, in the namespace `'default'` or in a named one. */
export type RoleOptions = string | { readonly code: string; readonly namespace?: string }

/** A role of a user. */
export interface Role {
  readonly code: string
  readonly namespace: string
}

/** Allows or denies an action to one user or to everybody with a role. A denial wins. */
export interface GrantOptions {
  /** Either this or `role`. */
  readonly userId?: string | undefined
  /** The code of a role in the grant's namespace. */
  readonly role?: string | undefined
  /**
   * `'acl'` for `is-action-allowed`, `'data'` for `check-permission`. Each has its own grants. Default: `'acl'`.
   */
  readonly model?: 'acl' | 'data'
  /** Default: `'default'`. */
  readonly namespace?: string
  /** `'*'` matches all; with `'acl'`, `'book:*'` and `'book'` match every book. */
  readonly resource: string
  /** `'*'` matches all; with `'acl'`, `'book:*'` matches every action on books. */
  readonly action: string
  /** Default: `'allow'`. */
  readonly effect?: 'allow' | 'deny'
  /** With `'data'`: the values that `authEnvParams` must have for the grant to apply. Default: none. */
  readonly condition?: Readonly<Record<string, string>>
}

/** A grant with every default filled in. */
export interface Grant extends Required<Omit<GrantOptions, 'userId' | 'role'>> {
  readonly userId: string | undefined
  readonly role: string | undefined
}

const names = ['userId', 'role', 'model', 'namespace', 'resource', 'action', 'effect', 'condition']
const inDefault = () => 'default'

const needed = (value: unknown, what: string): string => {
  if (value === undefined) throw invalid(`${what} is missing`)
  return text(value, what, inDefault)
}

const conditionOf = (value: unknown, model: string): Grant['condition'] => {
  if (value === undefined) return {}
  if (!isJson(value)) throw invalid("a grant's condition must be an object, such as { ip: '127.0.0.1' }")
  if (model === 'acl' && Object.keys(value).length > 0) throw invalid("a grant's condition goes with model 'data'")
  const members = Object.entries(value).map(([name, one]) => [name, needed(one, `condition.${name} of a grant`)])
  return Object.freeze(Object.fromEntries(members.sort()))
}

/** Reads a grant, its members in a fixed order. Throws a TypeError on an unknown field or a bad value. */
export const readGrant = (value: unknown): Grant => {
  const given = members(value, names, 'a grant')
  const { userId, role, model: wanted, namespace, resource, action, effect, condition } = given
  if ((userId === undefined) === (role === undefined)) throw invalid('a grant is for a userId or for a role')
  const model = choice(wanted, ['acl', 'data'], "a grant's model")
  return Object.freeze({
    userId: maybeText(userId, "a grant's userId"),
    role: maybeText(role, "a grant's role"),
    model,
    namespace: text(namespace, "a grant's namespace", inDefault),
    resource: needed(resource, "a grant's resource"),
    action: needed(action, "a grant's action"),
    effect: choice(effect, ['allow', 'deny'], "a grant's effect"),
    condition: conditionOf(condition, model),
  })
}

/** Reads a list of grants. */
export const readGrants = (value: unknown): readonly Grant[] => {
  if (!Array.isArray(value)) throw invalid('grants must be an array of { userId or role, resource, action }')
  return value.map(readGrant)
}

const readRole = (value: unknown): Role => {
  const { code, namespace } =
    typeof value === 'string' ? { code: value } : members(value, ['code', 'namespace'], 'a role')
  return Object.freeze({
    code: needed(code, "a role's code"),
    namespace: text(namespace, "a role's namespace", inDefault),
  })
}

/** Reads a list of roles. */
export const readRoles = (value: unknown): readonly Role[] => {
  if (!Array.isArray(value)) throw invalid('roles must be an array of codes, or of { code, namespace }')
  return Object.freeze(value.map(readRole))
}
