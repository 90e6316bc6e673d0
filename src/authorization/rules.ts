import type { TokenType } from '../common/identity.js'
import type { OptionReader } from '../common/option-reader.js'
import { choice, texts } from '../common/options.js'
import { refuse } from '../common/refusal.js'
import { memo } from './memo.js'
import type { AccessSettings } from './permission-rules.js'
import type { RequirementCheck } from './requirement.js'
import { covers, isReserved, parseScope, parseScopes, type Scope, scopeToken } from './scope.js'

/** Every one of the scopes, or any one of them. */
export function scopeRule(
  given: OptionReader,
  field: 'scope' | 'anyScope',
  { expandsBareScopes }: AccessSettings,
): RequirementCheck {
  const names = given.read(field, texts('a scope like "book:read", or a list of them'))
  if (!names.every((name) => scopeToken.test(name)))
    throw given.invalid(field, 'must be one scope, or a list with one scope each (RFC 6749, 3.3)')
  const needed = names.map(parseScope)
  const odd = needed.find(isReserved)
  if (odd !== undefined)
    throw given.invalid(field, `holds ${odd.text}, and its resource is a name that Authing reserves`)
  needsAccessToken(given, 'no other token grants a scope')
  const scope = names.join(' ')
  return (identity) => {
    const { scopes, kind, tokenType } = identity
    const isGranted = (one: Scope) =>
      scopes.includes(one.text) || covers(scopesOf(identity), one, expandsBareScopes || kind === 'machine')
    if (field === 'scope' ? needed.every(isGranted) : needed.some(isGranted)) return identity
    if (accessTokens.includes(tokenType)) return refuse('scope_not_granted', { field, scope }, { scope })
    return refuse('scope_of_other_type', { field, scope, tokenType }, { scope })
  }
}

const scopesOf = memo((identity) => parseScopes(identity.scopes))

const accessTokens: readonly string[] = ['access_token', 'opaque'] satisfies readonly TokenType[]

/** @throws {TypeError} where `accept` names no access token: no caller could meet the requirement. */
function needsAccessToken(given: OptionReader, why: string): void {
  if (given.has('accept') && !given.read('accept', texts('kinds of token')).some((type) => accessTokens.includes(type)))
    throw given.invalid('accept', `leaves out access_token and opaque, and ${why}`)
}

/** The issuer still calls the token active. */
export function introspectionRule(given: OptionReader, { introspection }: AccessSettings): RequirementCheck {
  given.read('introspection', choice([true], { default: true }))
  if (introspection === undefined) {
    const what = 'introspection: introspection({ clientSecret }) of authing-guard/introspection'
    throw given.invalid('introspection', `needs the guard's option ${what}`)
  }
  if (!introspection.isComplete)
    throw given.invalid('introspection', 'needs introspection: { clientSecret } of each application in apps')
  needsAccessToken(given, 'about no other token can the issuer be asked')
  return (identity) => introspection.check(identity)
}
