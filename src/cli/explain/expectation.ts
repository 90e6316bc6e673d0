import { own } from '../../common/claims.js'
import { quote } from '../../common/quote.js'
import type { GuardOptions } from '../../guard/options.js'
import { introspectionOptionsOf } from '../introspection-options.js'
import type { Say } from '../language/phrases.js'
import { algorithmExpectation, headerExpectation, keyExpectation, shapeExpectation } from './form-expectation.js'
import { kindOf, type Peeked } from './peek.js'
import type { StepName } from './steps.js'
import type { Expectation, Subject } from './subject.js'
import { timeOf } from './times.js'

/** For a step that compares nothing that can be shown. */
const nothing = (): Expectation => ({})

/** What each step expects, and what it found. */
export const expectations: Readonly<Record<StepName, (subject: Subject) => Expectation>> = {
  options: nothing,
  signature: nothing,
  claims: nothing,
  holder: nothing,
  header: headerExpectation,
  shape: shapeExpectation,
  algorithm: algorithmExpectation,
  issuer: ({ claims, applications }) => ({
    expected: applications.flatMap(({ issuers }) => issuers.map(quote)).join(', '),
    found: quote(own(claims, 'iss')),
  }),
  key: keyExpectation,
  times: ({ claims, now, say, options: { clockTolerance = 5 } }) => ({
    expected: say('until', { exp: timeOf(own(claims, 'exp')), seconds: clockTolerance }),
    found: timeOf(now / 1000),
  }),
  audience: ({ claims, applications }) => {
    const issuing = applications.filter(({ issuers }) => issuers.some((issuer) => issuer === own(claims, 'iss')))
    const aud = own(claims, 'aud')
    const azp = own(claims, 'azp')
    return {
      expected: issuing.flatMap(({ audience }) => audience.map(quote)).join(', '),
      found: [aud].flat().map(quote).join(', ') + (azp === undefined ? '' : `, azp ${quote(azp)}`),
    }
  },
  kind: ({ claims, header, options: { accept } }) => ({
    ...(accept && { expected: [accept].flat().join(', ') }),
    found: kindOf(header, claims),
  }),
  standing: ({ options, peeked, say }) => ({ found: askedOf(options, peeked, say) }),
}

/** Which status checks ran for the token, and which of the configured ones did not. */
function askedOf(options: GuardOptions, { parts }: Peeked, say: Say): string {
  const { introspection, isRevoked, store } = options
  const { when = 'never' } = introspectionOptionsOf(options) ?? {}
  const asks = when === 'always' || (when === 'opaque' && parts === 1)
  const hooks = [isRevoked && 'isRevoked', store && 'store'].filter((name) => typeof name === 'string')
  const asked = [...hooks, ...(asks ? ['introspection'] : [])].join(', ')
  const unasked =
    introspection !== undefined && !asks ? say('notAsked', { names: `introspection (when: '${when}')` }) : ''
  return [asked && say('asked', { names: asked }), unasked].filter((text) => text !== '').join('; ')
}
