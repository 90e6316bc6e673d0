import { configError } from '../common/config-error.js'
import { OptionReader } from '../common/option-reader.js'
import { type AccessSettings, permissionRule, roleRule } from './permission-rules.js'
import { type RequirementCheck, refuseEmpty, requirementNames } from './requirement.js'
import { allOf, introspectionRule, memberRules, ownRule, scopeRule } from './rules.js'

/**
 * Reads a requirement at wiring time: what is cheap to check comes first, what asks somebody last.
 *
 * @throws {TypeError} for an unknown or empty field, and for what this guard cannot find out: a rule that is not
 *   understood must not pass for one that is met.
 */
export function checkOf(requirement: unknown, more: number, settings: AccessSettings): RequirementCheck {
  if (more > 0) throw configError('a requirement is one object: put all that must hold into it')
  const given = new OptionReader(requirement, 'requirement.', requirementNames)
  refuseEmpty(given)
  const needsAction = ['resource', 'context'].find((name) => given.has(name) && !given.has('action'))
  if (needsAction !== undefined) throw given.invalid(needsAction, 'says on what, and action is missing')
  const asks = given.has('action') || given.has('role') || given.has('anyRole')
  if (given.has('namespace') && !asks) throw given.invalid('namespace', 'goes with action, role or anyRole')
  const checks = [...memberRules(given)]
  if (given.has('scope')) checks.push(scopeRule(given, 'scope', settings.expandsBareScopes))
  if (given.has('anyScope')) checks.push(scopeRule(given, 'anyScope', settings.expandsBareScopes))
  if (given.has('introspection')) checks.push(introspectionRule(given, settings.introspection))
  if (given.has('role')) checks.push(roleRule(given, 'role', settings))
  if (given.has('anyRole')) checks.push(roleRule(given, 'anyRole', settings))
  if (given.has('action')) checks.push(permissionRule(given, settings))
  if (given.has('when')) checks.push(ownRule(given))
  return allOf(checks)
}
