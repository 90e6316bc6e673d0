import type { Json, PermissionHookObject } from 'authing-guard'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scaled } from '../support/scale.js'
import { today } from '../support/world.js'
import { asking } from './asking.js'
import { delegate, gate, machine, statusOf, user } from './callers.js'

// Which questions are the same one, and whose.

describe('a question is another one', () => {
  const base = { action: 'book:delete', resource: 'book:1' }
  const different: readonly (readonly [string, object, object])[] = [
    ['in the action', { action: 'book:read' }, {}],
    ['in the resource', { resource: 'book:2' }, {}],
    ['in the namespace', { namespace: 'shop' }, {}],
    ['in the namespace, one named null', { namespace: 'null' }, {}],
    ['in the context', { context: { ip: '10.0.0.1' } }, { context: { ip: '10.0.0.2' } }],
    ['in a context or none', { context: {} }, {}],
    ['in a member of the context', { context: { ip: '1' } }, { context: { city: '1' } }],
    ['in a type', { context: { at: 1 } }, { context: { at: '1' } }],
    ['in null or nothing', { context: { at: null } }, { context: {} }],
    ['in a list or an object', { context: { at: [['a', 1]] } }, { context: { at: { a: 1 } } }],
    ['in an empty list or an empty object', { context: { at: [] } }, { context: { at: {} } }],
    ['in the order of a list', { context: { at: [1, 2] } }, { context: { at: [2, 1] } }],
    ['in where a member is', { context: { a: { b: 1 } } }, { context: { a: {}, b: 1 } }],
    ['in a Date', { context: { at: new Date(0) } }, { context: { at: new Date(1) } }],
    ['in quotes', { resource: 'a","b' }, { resource: 'a', action: 'b","a' }],
    ['in what looks like a context', { resource: 'a{}' }, { resource: 'a', context: {} }],
  ]

  test.each(different)('that differs %s', async (_, one, other) => {
    const { ask, calls } = asking()
    await ask(user(), one)
    await ask(user(), other)
    expect(calls).toHaveLength(2)
  })

  test('and the same one where what JSON says of the context is the same', async () => {
    const { ask, calls } = asking()
    await ask(user(), { context: { ip: '1', at: new Date(0), none: undefined } })
    await ask(user(), { context: () => ({ ip: '1', at: '1970-01-01T00:00:00.000Z' }) })
    expect(calls).toHaveLength(1)
  })

  test('whoever it is about', async () => {
    const { ask, calls } = asking()
    const callers = [
      user({ userId: 'a' }),
      user({ userId: 'a', appId: 'a' }),
      user({ userId: 'a', issuer: 'a' }),
      user({ userId: 'a', userPoolId: 'a' }),
      user({ userId: 'a', tenantId: 'a' }),
      machine({ clientId: 'a' }),
      machine({ clientId: 'a', tenantId: 'a' }),
      delegate({ clientId: 'a', userId: 'a' }),
      delegate({ clientId: 'a","a', userId: 'a' }),
      delegate({ clientId: 'a', userId: 'a","a' }),
      user({ userId: 'a","a' }),
    ]
    for (const one of callers) await ask(one)
    expect(calls).toHaveLength(callers.length)
  })

  test('no two of them collide, whatever is in them', async () => {
    const text = fc
      .oneof(fc.string({ minLength: 1 }), fc.constantFrom('a', 'b', '"', ',', '[', '{}', 'null', ' '))
      .filter((one) => one.trim() === one && !/[*\p{Cc}]/u.test(one) && one !== '')
    const question = fc.record(
      { action: text, resource: text, namespace: text, context: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })) },
      { requiredKeys: ['action', 'resource'] },
    )
    await fc.assert(
      fc.asyncProperty(question, question, async (one, other) => {
        const { ask, calls } = asking()
        await ask(user(), one)
        await ask(user(), other)
        const [first, second] = calls
        if (second !== undefined) return
        // Answered from memory: then it is what was asked before.
        expect(sorted(first?.question)).toBe(sorted({ namespace: undefined, context: undefined, ...base, ...other }))
      }),
      { numRuns: scaled(500) },
    )
  })
})

/** JSON with members in one order, so that equal values are equal texts; undefined is told apart. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

describe('what an answer may depend on', () => {
  test('for a hook that looks at who calls alone, another token of theirs is the same', async () => {
    const { ask, calls } = asking({ callerOnly: true })
    await ask(user({ claims: { exp: today + 60, amr: ['pwd'] } }))
    await ask(user({ claims: { exp: today + 90, amr: ['otp'] }, tokenType: 'id_token' }))
    expect(calls).toHaveLength(1)
  })

  test('for any other hook an answer holds for what the token says: it may have looked at all of that', async () => {
    const checkPermission: PermissionHookObject = {
      check: ({ claims }) => Array.isArray(claims['amr']) && claims['amr'].includes('otp'),
      cacheSeconds: 60,
    }
    const { guard } = gate({ checkPermission })
    const ask = (amr: readonly string[]) =>
      statusOf(guard.authorize(user({ claims: { exp: today, amr } }), { action: 'book:delete', resource: 'book:1' }))
    // At once, too: one call in flight must not answer for both.
    expect(await Promise.all([ask(['otp']), ask(['pwd'])])).toEqual([200, 403])
    expect(await ask(['pwd'])).toBe(403)
    expect(await ask(['otp'])).toBe(200)
  })

  test('the same token again is the same, whether or not its identity is the same object', async () => {
    const { ask, calls } = asking({ callerOnly: false })
    const claims = { exp: today + 60, jti: 'one' }
    await ask(user({ claims }))
    await ask(user({ claims: { ...claims } }))
    expect(calls).toHaveLength(1)
    await ask(user({ claims, tokenType: 'id_token' }))
    expect(calls).toHaveLength(2)
  })

  test('a token that says more than JSON can tell again is a question of its own', async () => {
    const { ask, calls } = asking({ callerOnly: false })
    let deep: Json = []
    for (let level = 0; level < 100_000; level++) deep = [deep]
    const one = user({ claims: { exp: today + 60, deep } })
    await ask(one)
    await ask(one)
    expect(calls).toHaveLength(1)
    await ask(user({ claims: { exp: today + 60, deep } }))
    expect(calls).toHaveLength(2)
  })

  test('an identity that somebody can change is looked at anew', async () => {
    const { ask, calls } = asking()
    const loose = { ...user({ userId: 'a' }) }
    await ask(loose)
    Object.assign(loose, { userId: 'b' })
    await ask(loose)
    expect(calls).toHaveLength(2)
  })
})
