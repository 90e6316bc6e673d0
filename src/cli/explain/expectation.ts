import { type JsonObject, own } from '../../common/claims.js'
import { quote } from '../../common/quote.js'
import type { GuardOptions } from '../../guard/options.js'
import { introspectionOptionsOf } from '../introspection-options.js'
import type { Say } from '../language/phrases.js'
import type { Configured } from './applications.js'
import type { Input } from './input.js'
import { kindOf, type Peeked } from './peek.js'
import type { StepName } from './steps.js'
import { timeOf } from './times.js'

/** What checks compare. */
export interface Subject {
  readonly input: Input
  readonly peeked: Peeked
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly options: GuardOptions
  readonly applications: readonly Configured[]
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly say: Say
}

/** What a check expects and what it finds; checks that compare nothing say neither. */
export interface Expectation {
  readonly expected?: string
  readonly found?: string
}

/** For a step that compares nothing that can be shown. */
const nothing = (): Expectation => ({})

/** What each step expects, and what it found. */
export const expectations: Readonly<Record<StepName, (subject: Subject) => Expectation>> = {
  options: nothing,
  signature: nothing,
  claims: nothing,
  holder: nothing,
  header: ({ input: { text, isHeader }, say }) => ({
    expected: say('bearer'),
    found: isHeader && /^bearer[ \t]/i.test(text) ? say('bearer') : say(text === '' ? 'nothing' : 'bareToken'),
  }),
  shape: ({ peeked, say }) => ({ expected: say('parts', { count: 3 }), found: say('parts', { count: peeked.parts }) }),
  algorithm: ({ header, options: { algorithms } }) => ({
    ...(algorithms && { expected: algorithms.join(', ') }),
    found: quote(own(header, 'alg')),
  }),
  issuer: ({ claims, applications }) => ({
    expected: applications.flatMap(({ issuers }) => issuers.map(quote)).join(', '),
    found: quote(own(claims, 'iss')),
  }),
  key: ({ header, say }) =>
    own(header, 'alg') === 'HS256' ? { expected: say('aSecret') } : { found: `kid ${quote(own(header, 'kid'))}` },
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
