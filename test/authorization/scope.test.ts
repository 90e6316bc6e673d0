import { describe, expect, test } from 'vitest'
import { covers, parseScope, parseScopes } from '../../src/authorization/scope.js'
import { quickest } from '../support/quickest.js'
import { delegate, gate, machine, statusOf, user } from './callers.js'

/**
 * What a token grants, what a route needs, and whether that is enough in a user's token, in a machine's, and in a user's
 * where `bareScopes` is 'expand'.
 */
const table: readonly (readonly [granted: string, needed: string, user: boolean, machine: boolean, expand: boolean])[] =
  [
    // Authing's guide: book:read is book:*:read.
    ['book:read', 'book:read', true, true, true],
    ['book:read', 'book:*:read', true, true, true],
    ['book:*:read', 'book:read', true, true, true],
    ['book:read', 'book:1:read', true, true, true],
    ['book:*:read', 'book:1:read', true, true, true],
    ['book:read', 'book:write', false, false, false],
    ['book:read', 'film:read', false, false, false],
    // Authing's guide: book, book:* and book:*:* are all of book's actions.
    ['book:*', 'book:read', true, true, true],
    ['book:*:*', 'book:read', true, true, true],
    ['book:*', 'book:1:read', true, true, true],
    ['book:*:*', 'book:1:read', true, true, true],
    ['book:*', 'book:*:*', true, true, true],
    ['book:*:*', 'book:*', true, true, true],
    ['book:*', 'book', true, true, true],
    ['book:*:*', 'book', true, true, true],
    ['book:*', 'bookshop:read', false, false, false],
    ['book:*', 'books', false, false, false],
    // A bare name: a machine's is all of it, a user's only itself.
    ['book', 'book', true, true, true],
    ['book', 'book:read', false, true, true],
    ['book', 'book:1:read', false, true, true],
    ['book', 'book:*', false, true, true],
    ['book', 'book:*:*', false, true, true],
    ['book', 'bookshop', false, false, false],
    // Everything.
    ['*:*', 'book:read', true, true, true],
    ['*:*:*', 'book:read', true, true, true],
    ['*', 'book:read', false, true, true],
    ['*', 'book', false, true, true],
    ['*', '*:*', false, true, true],
    ['*', '*', true, true, true],
    ['*:*', '*', true, true, true],
    ['*:*', '*:*:*', true, true, true],
    ['*:*', 'book:1:read', true, true, true],
    ['book:*', '*', false, false, false],
    ['book:*', '*:*', false, false, false],
    // One action, or one id, of every resource: Authing's grammar has no such thing.
    ['*:read', 'book:read', false, false, false],
    ['*:1:*', 'book:1:read', false, false, false],
    ['*:*:read', 'book:read', false, false, false],
    ['*:read', '*:read', true, true, true],
    // One book.
    ['book:1:read', 'book:1:read', true, true, true],
    ['book:1:read', 'book:2:read', false, false, false],
    ['book:1:read', 'book:read', false, false, false],
    ['book:1:read', 'book:1:write', false, false, false],
    ['book:1:*', 'book:1:read', true, true, true],
    ['book:1:*', 'book:2:read', false, false, false],
    ['book:1:*', 'book:*', false, false, false],
    // Two parts end in the action: this is not book 42.
    ['book:42', 'book:42', true, true, true],
    ['book:42', 'book:7:42', true, true, true],
    ['book:42', 'book:42:read', false, false, false],
    ['book:42:*', 'book:42', false, false, false],
    // Names that OpenID Connect and Authing keep for themselves are never a resource.
    ['email', 'email', true, true, true],
    ['address', 'address', true, true, true],
    ['openid', 'profile', false, false, false],
    ['*', 'email', false, false, false],
    ['*:*', 'openid', false, false, false],
    ['*:*:*', 'offline_access', false, false, false],
    ['roles:*', 'roles', false, false, false],
    ['resource-namespace:*', 'resource-namespace', false, false, false],
    ['Email', 'Email:read', false, true, true],
    // Empty parts, too many parts, stars that are none.
    ['book:', 'book:read', false, false, false],
    [':read', 'book:read', false, false, false],
    ['::', 'book:read', false, false, false],
    [':', ':', true, true, true],
    ['book::read', 'book:read', false, false, false],
    ['book::read', 'book::read', true, true, true],
    ['book:*', 'book::read', false, false, false],
    ['*:*', 'book:', false, false, false],
    ['book:1:read:now', 'book:1:read', false, false, false],
    ['book:1:read:now', 'book:1:read:now', true, true, true],
    ['book:*', 'book:1:read:now', false, false, false],
    ['book:1:read', 'book:1:read:now', false, false, false],
    ['*:*:*:*', 'book:read', false, false, false],
    ['book:**', 'book:read', false, false, false],
    ['**', 'book:read', false, false, false],
    ['book:r*', 'book:read', false, false, false],
    ['b*:read', 'book:read', false, false, false],
    // URLs and URNs are names as they stand.
    ['https://api.example.com/read', 'https://api.example.com/read', true, true, true],
    ['https:*', 'https://api.example.com/read', false, false, false],
    ['https', 'https://api.example.com/read', false, false, false],
    ['*:*', 'https://api.example.com/read', false, false, false],
    ['urn:example', 'urn:shop:example', false, false, false],
    ['urn:shop:example', 'urn:shop:example', true, true, true],
    ['URN:*', 'URN:shop:example', false, false, false],
    // Case counts, and nothing is trimmed.
    ['Book:read', 'book:read', false, false, false],
    ['book:READ', 'book:read', false, false, false],
    ['book: read', 'book:read', false, false, false],
    ['book:read\u00a0', 'book:read', false, false, false],
    ['book:read,book:write', 'book:write', false, false, false],
    // Unicode is compared as it is: no folding, no normalization, no look-alikes.
    ['图书:read', 'book:read', false, false, false],
    ['bооk:read', 'book:read', false, false, false],
    ['ﬁlm:read', 'film:read', false, false, false],
    ['book:read\u0000', 'book:read', false, false, false],
    // Several.
    ['openid profile book:read', 'book:read', true, true, true],
    ['openid profile', 'book:read', false, false, false],
    ['film:* book:1:read', 'book:1:read', true, true, true],
    ['', 'book:read', false, false, false],
  ]

const literal = gate().guard
const expanding = gate({ bareScopes: 'expand' }).guard

describe('scopes in the grammar of Authing', () => {
  test.each(table)(
    '%j, for a route that needs %j: user %s, machine %s, expanded %s',
    async (granted, needed, ...due) => {
      const scopes = granted.split(' ')
      const verdicts = [
        literal.authorize(user({ scopes }), { scope: needed }),
        literal.authorize(machine({ scopes }), { scope: needed }),
        expanding.authorize(user({ scopes }), { scope: needed }),
      ]
      const statuses = await Promise.all(verdicts.map(statusOf))
      expect(statuses).toEqual(due.map((enough) => (enough ? 200 : 403)))
    },
  )

  test('are at least 60 pairs', () => {
    expect(table.length).toBeGreaterThanOrEqual(60)
    expect(new Set(table.map(([granted, needed]) => `${granted} ${needed}`)).size).toBe(table.length)
  })

  test('are literal where a machine acts for a user: hosted login may have granted them', async () => {
    expect(await statusOf(literal.authorize(delegate({ scopes: ['book'] }), { scope: 'book:read' }))).toBe(403)
    expect(await statusOf(literal.authorize(delegate({ scopes: ['book:*'] }), { scope: 'book:read' }))).toBe(200)
  })

  test.each([
    ...['openid', 'profile', 'email', 'phone', 'address', 'offline_access', 'username', 'roles', 'unionid'],
    ...['external_id', 'extended_fields', 'tenant_id', 'userpool_id', 'userpool', 'user', 'application', 'role'],
    ...['group', 'org', 'api', 'resource-namespace', 'custom-resource'],
  ])('%s is reserved: it never means all of a resource, and no route can need a part of it', async (name) => {
    const part = `${name}:delete`
    expect(covers(parseScopes([name]), parseScope(part), true)).toBe(false)
    for (const { guard } of [gate(), gate({ bareScopes: 'expand' })]) {
      expect(() => guard.require({ scope: part })).toThrow(/^authing-guard: .*a name that Authing reserves$/)
      expect(() => guard.require({ anyScope: ['book:read', `${name}:1:delete`] })).toThrow(TypeError)
      expect(await statusOf(guard.authorize(user({ scopes: [name] }), { scope: name }))).toBe(200)
    }
  })
})

describe('a token with 10,000 scopes', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => `resource-${at}:action`)

  test('is read from the first to the last', () => {
    const scopes = parseScopes([...many, 'book:read'])
    expect(covers(scopes, parseScope('book:1:read'), false)).toBe(true)
    expect(covers(scopes, parseScope('resource-9999:7:action'), false)).toBe(true)
    expect(covers(scopes, parseScope('film:read'), false)).toBe(false)
  })

  test('takes time that grows with their number, not with its square', () => {
    const time = (scopes: readonly string[]) => {
      const began = performance.now()
      for (let turn = 0; turn < 20; turn++) covers(parseScopes(scopes), parseScope('film:read'), true)
      return performance.now() - began
    }
    const best = (scopes: readonly string[]) => Math.min(...Array.from({ length: 5 }, () => time(scopes)))
    best(many)
    // A hundredfold number: 100 times the time, or 10,000 times where it is a square.
    expect(best(many) / best(many.slice(0, 100))).toBeLessThan(2000)
  })

  test('with one scope of a million characters, too', async () => {
    const long = parseScopes([`${'a:'.repeat(500_000)}b`, 'x'.repeat(1_000_000)])
    const took = await quickest(() => expect(covers(long, parseScope('book:read'), true)).toBe(false))
    expect(took).toBeLessThan(1000)
  })
})
