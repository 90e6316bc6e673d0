import type { UserPool } from 'authing-guard/testing'
import type { Line } from '../host/host.js'
import type { Case, Verdict } from './case.js'
import * as row from './case.js'
import { wrongTokens } from './wrong.js'

const { asked, asksElsewhere, bearer, forbidden, invalid, lacking, malformed, seen, unavailable } = row

type Rows = readonly (readonly [title: string, lines: readonly Line[], verdict: Verdict, more?: Partial<Case>])[]

const at = (route: string, rows: Rows): readonly Case[] =>
  rows.map(([title, lines, verdict, more]) => ({ title: `${route}: ${title}`, route, lines, verdict, ...more }))

/** The table: what goes in by which route, and what comes out. */
export function casesOf(pool: UserPool, lost: UserPool): readonly Case[] {
  const good = pool.mint()
  const reader = pool.mint({ scope: 'openid book:read' })
  const idToken = pool.mint({ type: 'id_token' })
  const mole = pool.mint({ userId: 'mole' })
  const machine = pool.mint({ type: 'machine', scope: 'book:read' })
  const expired = pool.mint({ defect: 'expired' })
  const ratty = { kind: 'user', userId: 'ratty' }
  const basic: Line = ['Authorization', 'Basic cmF0dHk6cGFzc3dvcmQ=']
  const header = (value: string): readonly Line[] => [['Authorization', value]]
  const session = (value: string): Line => ['Cookie', `theme=dark; session=${value}`]

  return [
    ...at('plain', [
      ['an access token', [bearer(good)], seen({ ...ratty, tokenType: 'access_token' })],
      ['an id token', [bearer(idToken)], seen({ ...ratty, tokenType: 'id_token', scopes: [] })],
      ['a user.token', [bearer(pool.mint({ type: 'user_token' }))], seen({ ...ratty, tokenType: 'user_token' })],
      ['another user', [bearer(mole)], seen({ kind: 'user', userId: 'mole' })],
      ['the scheme in lower case', header(`bearer ${good}`), seen(ratty)],
      ['the scheme in upper case', header(`BEARER ${good}`), seen(ratty)],
      ['several spaces', header(`Bearer    ${good}`), seen(ratty)],
      ['the name of the header in lower case', [['authorization', `Bearer ${good}`]], seen(ratty)],
      ['the name of the header in upper case', [['AUTHORIZATION', `Bearer ${good}`]], seen(ratty)],
      ['headers of other names', [bearer(good), ['X-Authorization', `Bearer ${mole}`], ['Token', mole]], seen(ratty)],
      ['POST', [bearer(good)], seen(ratty), { method: 'POST' }],
      ['OPTIONS with a token', [bearer(good)], seen(ratty), { method: 'OPTIONS' }],

      ['nothing', [], asked],
      ['OPTIONS without a token', [['Origin', 'https://evil.example']], asked, { method: 'OPTIONS' }],
      ['HEAD without a token', [], asked, { method: 'HEAD' }],
      ['an empty header', header(''), asked],
      ['Basic', [basic], asked],
      ['Digest', header('Digest username="ratty", realm="river"'), asked],
      ['DPoP', header(`DPoP ${good}`), asked],
      ['a token without Bearer', header(good), asked],
      ['a token in the query', [], asked, { query: `?access_token=${good}` }],
      ['a token in a cookie', [session(good)], asked],
      ['a token for a proxy', [['Proxy-Authorization', `Bearer ${good}`]], asked],

      ['Bearer alone', header('Bearer'), malformed],
      ['two tokens', header(`Bearer ${good} ${good}`), malformed],
      ['two credentials in one line', header(`Bearer ${good}, Bearer ${mole}`), malformed],
      ['Basic and Bearer in one line', header(`Basic eDp5, Bearer ${good}`), malformed],
      ['a token in quotes', header(`Bearer "${good}"`), malformed],
      ['a colon', header(`Bearer: ${good}`), malformed],
      ['a tab', header(`Bearer\t${good}`), malformed],
      ['a space that is none', header(`Bearer\xa0${good}`), malformed],
      ['a semicolon behind the token', header(`Bearer ${good};`), malformed],
      ['a comma before the scheme', header(`,Bearer ${good}`), malformed],
      ['a letter that is not ASCII', header('\xe9'), malformed],

      ['the same line twice', [bearer(good), bearer(good)], malformed],
      ['a good line and a bad one', [bearer(good), bearer(expired)], malformed],
      ['a bad line and a good one', [bearer(expired), bearer(good)], malformed],
      ['Bearer, then Basic', [bearer(good), basic], malformed],
      ['Basic, then Bearer', [basic, bearer(good)], malformed],
      ['two spellings of the name', [bearer(good), ['authorization', `Bearer ${mole}`]], malformed],

      ['a machine that is not named', [bearer(machine)], invalid],
      ['a token of fifteen thousand letters', header(`Bearer ${'a'.repeat(15_000)}`), invalid],
      ...wrongTokens(pool).map(([title, token]) => [title, [bearer(token)], invalid] as const),
    ]),
    ...at('optional', [
      ['nothing', [], seen(null)],
      ['an empty header', header(''), seen(null)],
      ['a good token', [bearer(good)], seen(ratty)],
      ['an expired token', [bearer(expired)], invalid],
      ['garbage', [bearer('garbage')], invalid],
      ['Basic', [basic], asked],
      ['Bearer alone', header('Bearer'), malformed],
      ['two lines', [bearer(good), bearer(good)], malformed],
    ]),
    ...at('scoped', [
      ['the scope', [bearer(reader)], seen({ ...ratty, scopes: ['openid', 'book:read'] })],
      ['another scope', [bearer(good)], lacking('book:read')],
      ['an id token, which grants none', [bearer(idToken)], lacking('book:read')],
      ['nothing', [], asked],
      ['an expired token', [bearer(expired)], invalid],
    ]),
    ...at('optional-scoped', [
      ['nothing', [], asked],
      ['the scope', [bearer(reader)], seen(ratty)],
    ]),
    ...at('users', [['a user', [bearer(good)], seen(ratty)]]),
    ...at('access-tokens', [
      ['an access token', [bearer(good)], seen(ratty)],
      ['an id token', [bearer(idToken)], invalid],
    ]),
    ...at('never', [
      ['a good token', [bearer(good)], forbidden],
      ['nothing', [], asked],
    ]),
    ...at('broken', [['a good token', [bearer(good)], unavailable]]),
    ...at('later', [
      ['a yes that takes its time', [bearer(reader)], seen(ratty)],
      ['a no that takes its time', [bearer(good)], forbidden],
    ]),
    ...at('machines', [
      ['a machine', [bearer(machine)], seen({ kind: 'machine', scopes: ['book:read'] })],
      ['a delegate', [bearer(pool.mint({ type: 'delegate' }))], seen({ kind: 'delegate', userId: 'ratty' })],
    ]),
    ...at('bare', [
      ['a token without Bearer', header(good), seen(ratty)],
      ['an expired one', header(expired), invalid],
      ['Basic', [basic], asked],
    ]),
    ...at('cookie', [
      ['a token in the cookie', [session(good)], seen(ratty)],
      ['a token in the header', [bearer(good)], seen(ratty)],
      ['an expired token in the cookie', [session(expired)], invalid],
      ['an empty cookie', [session('')], asked],
      ['neither', [], asked],
      ['both', [session(good), bearer(good)], malformed],
      ['the cookie, and Basic', [session(good), basic], malformed],
    ]),
    ...at('optional-cookie', [
      ['neither', [], seen(null)],
      ['a bad token in the cookie', [session('garbage')], invalid],
      ['a good one', [session(good)], seen(ratty)],
    ]),
    ...at('elsewhere', [['nothing', [], asksElsewhere]]),
    ...at('lost', [
      ['a good token', [bearer(lost.mint())], unavailable],
      ['garbage', [bearer('garbage')], invalid],
      ['nothing', [], asked],
    ]),
    ...at('lost-optional', [
      ['nothing', [], seen(null)],
      ['a good token', [bearer(lost.mint())], unavailable],
    ]),
  ]
}
