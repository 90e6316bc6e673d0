import { advice } from '../core/advice.js'
import { Refusal } from '../core/errors.js'
import { Given } from '../core/given.js'
import type { Identity } from '../core/identity.js'
import type { Step } from '../core/step.js'

/** What a route asks of a caller who is known; all of it must hold. */
export interface Requirement {
  /** A scope that the access token must grant, or several: every one. Compared as exact strings. */
  readonly scope?: string | readonly string[]
}

/** A requirement, checked once and ready. @throws {Refusal} for an identity that does not meet it. */
export type RequirementCheck = (identity: Identity, request: unknown) => Step<void>

// RFC 6749, 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * Reads a requirement at wiring time.
 *
 * @throws {TypeError} for an unknown or empty field: a rule that is not understood must not pass for one that is met.
 */
export function checkOf(requirement: unknown, more: number): RequirementCheck {
  if (more > 0) throw advice('require takes one requirement: put all that must hold into it')
  const given = new Given(requirement, 'requirement.', ['scope'])
  if (given.get('scope') === undefined) throw advice('the requirement asks for nothing. It must have scope')
  const needed = given.texts('scope', 'a scope like "book:read", or a list of them')
  const bad = needed.find((scope) => !scopeToken.test(scope))
  if (bad !== undefined) throw given.wrong('scope', 'must be one scope, or a list with one scope each (RFC 6749, 3.3)')
  const scope = needed.join(' ')
  return ({ scopes, tokenType }) => {
    if (needed.every((one) => scopes.includes(one))) return
    const why = tokenType === 'access_token' ? 'the token lacks some of it' : `an ${tokenType} grants no scope`
    throw new Refusal('insufficient_scope', `the route requires "${scope}": ${why}`, { scope })
  }
}
