import { callHook } from '../common/call-hook.js'
import { configError } from '../common/config-error.js'
import { chainUnlessRefused } from '../common/maybe-promise.js'
import { OptionReader } from '../common/option-reader.js'
import { texts } from '../common/options.js'
import { refuse } from '../common/refusal.js'
import { isFunction } from './computed.js'
import { type AccessSettings, permissionRule, roleRule } from './permission-rules.js'
import type { Requirement, RequirementCheck } from './requirement.js'
import { introspectionRule, scopeRule } from './rules.js'

/** Reads a field that is there, with what goes along with it, and makes its check. @throws {TypeError} */
type RuleMaker = (given: OptionReader, settings: AccessSettings) => RequirementCheck | readonly []

/**
 * Every field, in the order of the checks: what is cheap to check comes first, what asks somebody last. A field that only
 * says more about others has no check of its own.
 */
const fields: { readonly [Field in keyof Requirement]-?: RuleMaker } = {
  kind: (given) => {
    const kinds = oneOf(given, 'kind', ['user', 'machine', 'delegate'])
    return (identity) => (kinds.includes(identity.kind) ? identity : refuse('kind_not_of_route', { kinds }))
  },
  accept: (given) => {
    const accept = oneOf(given, 'accept', ['id_token', 'access_token', 'user_token', 'opaque'])
    return (identity) => {
      const { tokenType } = identity
      return accept.includes(tokenType) ? identity : refuse('type_not_of_route', { accept, tokenType })
    }
  },
  appId: (given) => {
    const ids = given.read('appId', texts('an App ID, or a list of them'))
    return (identity) => (isOneOf(identity.appId, ids) ? identity : refuse('application_not_of_route'))
  },
  tenantId: (given) => {
    const ids = given.read('tenantId', texts("a tenant's ID, or a list of them"))
    return (identity) => (isOneOf(identity.tenantId, ids) ? identity : refuse('tenant_not_of_route'))
  },
  scope: (given, settings) => scopeRule(given, 'scope', settings),
  anyScope: (given, settings) => scopeRule(given, 'anyScope', settings),
  introspection: introspectionRule,
  role: (given, settings) => roleRule(given, 'role', settings),
  anyRole: (given, settings) => roleRule(given, 'anyRole', settings),
  resource: (given) => goesWith(given, 'resource', ['action'], 'says on what, and action is missing'),
  context: (given) => goesWith(given, 'context', ['action'], 'says on what, and action is missing'),
  namespace: (given) =>
    goesWith(given, 'namespace', ['action', 'role', 'anyRole'], 'goes with action, role or anyRole'),
  action: permissionRule,
  // The user's own rule. Anything but true and false is an outage, and so is a timeout.
  when: (given) => {
    const rule = given.get('when')
    if (!isFunction(rule)) throw given.invalid('when', 'must be a function')
    return (identity, request) =>
      chainUnlessRefused(
        callHook('when', () => rule(identity, request)),
        (isAllowed) => (isAllowed ? identity : refuse('when_denied')),
      )
  },
}

/**
 * Reads a requirement at wiring time.
 *
 * @throws {TypeError} for an unknown or empty field, and for what this guard cannot find out: a rule that is not
 *   understood must not pass for one that is met.
 */
export function checkOf(requirement: unknown, more: number, settings: AccessSettings): RequirementCheck {
  if (more > 0) throw configError('a requirement is one object: put all that must hold into it')
  const names = Object.keys(fields)
  const given = new OptionReader(requirement, 'requirement.', names)
  const empty = names.find((name) => given.has(name) && given.get(name) === undefined)
  if (empty !== undefined) throw given.invalid(empty, 'is undefined: leave it out, or say what must hold')
  const makers = Object.entries(fields).filter(([name]) => given.has(name))
  if (makers.length === 0) throw configError(`a requirement must ask for something: ${names.join(', ')}`)
  const checks = makers.flatMap(([, ruleOf]) => ruleOf(given, settings))
  // One after the other. There is at least one: a field without a check of its own goes with one that has one.
  return checks.reduce(
    (before, next) => (identity, request) =>
      chainUnlessRefused(before(identity, request), () => next(identity, request)),
  )
}

/** The values of a list-or-one field, checked against those that there are. */
function oneOf<T extends string>(given: OptionReader, name: string, known: readonly T[]): readonly T[] {
  const what = `one or several of ${known.join(', ')}`
  const values = given.read(name, texts(what))
  const found = known.filter((value) => values.includes(value))
  if (found.length < values.length) throw given.invalid(name, `must be ${what}`)
  return found
}

function isOneOf(id: string | undefined, ids: readonly string[]): boolean {
  return id !== undefined && ids.includes(id)
}

/** A field without a check of its own. @throws {TypeError} where none of the fields is there that it goes with. */
function goesWith(
  given: OptionReader,
  field: keyof Requirement,
  others: readonly (keyof Requirement)[],
  what: string,
): readonly [] {
  if (!others.some((name) => given.has(name))) throw given.invalid(field, what)
  return []
}
