import { own } from '../../common/claims.js'
import { quote } from '../../common/quote.js'
import { maxTokenLength } from '../../crypto/limits.js'
import type { Texts } from '../language/texts.js'
import type { Expectation, Subject } from './subject.js'

// What the steps before the signature expect and find, by the check that failed.

type Finding = keyof Texts['findings']

/** What was found in place of a header of "Bearer" and one token. */
const headerFindings = {
  header_missing: 'nothing',
  token_missing: 'nothing',
  header_other_scheme: 'otherScheme',
  header_bare_token: 'bareToken',
  header_without_scheme: 'noScheme',
  header_without_token: 'bearerAlone',
  header_without_space: 'bearerGlued',
  header_not_one_token: 'notOneToken',
  token_not_string: 'notOneToken',
} as const satisfies Readonly<Record<string, Finding>>

export function headerExpectation({ input: { isHeader }, failed, say }: Subject): Expectation {
  const finding = Object.entries(headerFindings).find(([name]) => name === failed?.name)?.[1]
  return { expected: say('bearer'), found: say(finding ?? (isHeader ? 'bearer' : 'bareToken')) }
}

export function shapeExpectation({ peeked: { parts }, input, header, failed, say }: Subject): Expectation {
  const member = (name: string) => ({ expected: say('without', { member: name }), found: name })
  const text = (name: string, value: string) => ({ expected: `${name}: ${say('aString')}`, found: value })
  switch (failed?.name) {
    case 'member_refused':
      return member(failed.member)
    case 'enc_present':
      return member('enc')
    case 'cty_nested':
      return member('cty')
    case 'cty_not_string':
      return text('cty', say('otherValue'))
    case 'kid_not_string':
      return text('kid', quote(failed.kid))
    case 'typ_not_string':
      return text('typ', quote(failed.typ))
    case 'typ_other':
      return { expected: say('plainTyp'), found: `typ ${quote(own(header, 'typ'))}` }
    case 'token_too_long':
      return {
        expected: say('atMost', { count: maxTokenLength }),
        found: say('characters', { count: input.token.length }),
      }
    default:
      return failed !== undefined && parts === 3 && damages.has(failed.name)
        ? { expected: say('intact'), found: say('damaged') }
        : { expected: say('parts', { count: 3 }), found: say('parts', { count: parts }) }
  }
}

const damages: ReadonlySet<string> = new Set([
  'token_not_jwt',
  'segment_not_canonical',
  'header_not_json',
  'claims_not_json',
])

export function algorithmExpectation({ header, options: { algorithms }, failed, say }: Subject): Expectation {
  const found = quote(own(header, 'alg'))
  switch (failed?.name) {
    case 'alg_without_secret':
      return { expected: say('algorithmWithoutSecret'), found }
    case 'alg_of_access_token':
      return { expected: say('algorithmOfAccessToken'), found }
    case 'alg_not_of_key':
      return { expected: say('algorithmOfKey'), found }
    case 'alg_of_legacy':
      return { expected: '"HS256"', found }
    default:
      return { ...(algorithms && { expected: algorithms.join(', ') }), found }
  }
}

export function keyExpectation({ header, claims, failed, say }: Subject): Expectation {
  const kid = `kid ${quote(own(header, 'kid'))}`
  if (failed?.name === 'kid_of_legacy') return { expected: say('without', { member: 'kid' }), found: kid }
  if (own(header, 'alg') !== 'HS256') return { found: kid }
  const secret = own(claims, 'iss') === undefined ? 'userPool.jwtSecret' : 'appSecret'
  return { expected: secret, found: secret }
}
