import type { PermissionCheck } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { describe, expect, test } from 'vitest'
import { appId, issuer } from '../support/world.js'
import { gate, user } from './callers.js'

// A requirement that is not understood, or cannot be met, is refused when it is written down: never at a request.

const hook: PermissionCheck = async () => true
const whole = { check: hook, usersOnly: true, hasRole: async () => true }
const withHook = gate({ checkPermission: hook }).guard
const withRoles = gate({ checkPermission: whole, roles: 'authing' }).guard
const withClaims = gate({ roles: 'claim' }).guard
const plain = gate().guard
const action = { action: 'book:delete', resource: 'book:1' }

type Row = readonly [requirement: unknown, says: string, guard?: typeof plain]
const wrong: readonly Row[] = [
  // Nothing, or something else.
  [undefined, 'requirement must be an object'],
  [null, 'requirement must be an object'],
  ['book:read', 'requirement must be an object'],
  [['book:read'], 'requirement must be an object'],
  [() => true, 'requirement must be an object'],
  [{}, 'a requirement must ask for something'],
  [Object.create({ scope: 'book:read' }), 'a requirement must ask for something'],
  // A field that there is not, or that says nothing.
  [{ scopes: 'book:read' }, 'there is no option requirement.scopes'],
  [{ scope: 'book:read', roles: 'admin' }, 'there is no option requirement.roles'],
  [{ scope: undefined }, 'requirement.scope is undefined'],
  [{ scope: 'book:read', when: undefined }, 'requirement.when is undefined'],
  [{ scope: null }, 'requirement.scope is missing'],
  [{ scope: [] }, 'requirement.scope is an empty list'],
  [{ scope: '' }, 'requirement.scope is blank'],
  [{ scope: ['book:read', ''] }, 'requirement.scope is blank'],
  [{ scope: ['book:read', 'book:read'] }, 'requirement.scope holds the same value twice'],
  [{ scope: 1 }, 'requirement.scope must be a string'],
  [{ anyScope: [] }, 'requirement.anyScope is an empty list'],
  [{ kind: [] }, 'requirement.kind is an empty list'],
  [{ appId: '' }, 'requirement.appId is blank'],
  [{ tenantId: [null] }, 'requirement.tenantId is missing'],
  [{ when: true }, 'requirement.when must be a function'],
  [{ when: null }, 'requirement.when must be a function'],
  // A value that there is not.
  [{ kind: 'admin' }, 'requirement.kind must be one or several of user, machine, delegate'],
  [{ accept: ['id_token', 'refresh_token'] }, 'requirement.accept must be one or several of id_token'],
  // Scopes that no header can hold, or that are several in one.
  [{ scope: 'book:read book:write' }, 'must be one scope, or a list with one scope each'],
  [{ scope: '图书:read' }, 'must be one scope'],
  [{ scope: 'book:"read"' }, 'must be one scope'],
  [{ scope: 'book:read\\' }, 'must be one scope'],
  [{ anyScope: ['book:read', 'a\nb'] }, 'must be one scope'],
  // What no caller can meet.
  [{ scope: 'book:read', accept: 'id_token' }, 'requirement.accept leaves out access_token'],
  [{ anyScope: 'book:read', accept: ['id_token', 'user_token'] }, 'requirement.accept leaves out access_token'],
  [{ ...action, kind: 'machine' }, "requirement.kind is 'machine', and this checkPermission", withRoles],
  [{ role: 'admin', kind: ['machine'] }, "requirement.kind is 'machine', and this checkPermission", withRoles],
  // What this guard cannot find out.
  [action, 'requirement.action needs the checkPermission option'],
  [{ role: 'admin' }, "requirement.role needs the guard's option roles"],
  [{ anyRole: ['admin', 'editor'] }, "requirement.anyRole needs the guard's option roles"],
  [{ role: 'admin' }, "requirement.role needs the guard's option roles", withHook],
  [
    { role: 'admin', namespace: 'shop' },
    "requirement.namespace cannot be told from the token's roles claim",
    withClaims,
  ],
  // Fields that go together.
  [{ resource: 'book:1' }, 'requirement.resource says on what, and action is missing', withHook],
  [{ context: {} }, 'requirement.context says on what, and action is missing', withHook],
  [{ namespace: 'shop' }, 'requirement.namespace goes with action, role or anyRole', withHook],
  [{ scope: 'book:read', namespace: 'shop' }, 'requirement.namespace goes with action', withHook],
  [{ action: 'book:delete' }, 'requirement.resource is missing', withHook],
  // Values of the fields of a permission.
  [{ ...action, action: '' }, 'requirement.action is blank', withHook],
  [{ ...action, action: ['a', 'b'] }, 'requirement.action must be a string', withHook],
  [{ ...action, resource: '' }, 'requirement.resource is blank', withHook],
  [{ ...action, resource: 1 }, 'requirement.resource must be a string', withHook],
  [{ ...action, resource: 'book:*' }, 'no * or control character', withHook],
  [{ ...action, resource: 'book:\u0085x' }, 'no * or control character', withHook],
  [{ ...action, resource: 'b'.repeat(257) }, 'must have at most 256 characters', withHook],
  [{ ...action, namespace: '' }, 'requirement.namespace is blank', withHook],
  [{ ...action, context: [] }, 'requirement.context must be a JSON object', withHook],
  [{ ...action, context: 'ip' }, 'requirement.context must be a JSON object', withHook],
  [{ ...action, context: null }, 'requirement.context must be a JSON object', withHook],
  [{ ...action, context: new Date() }, 'requirement.context must be a JSON object', withHook],
]

describe('a requirement is refused when it is written down', () => {
  test.for(wrong)('%j: %s', async ([requirement, says, guard = plain]) => {
    const advice = expect.objectContaining({ message: expect.stringMatching(/^authing-guard: /) })
    const act = () => guard.require(requirement as never)
    expect(act).toThrow(TypeError)
    expect(act).toThrow(advice)
    expect(act).toThrow(says)
    // In plain code as well, whoever is asked about.
    await expect(guard.authorize(user(), requirement as never)).rejects.toThrow(says)
  })

  test('a second argument: a list of scopes is one field, not several arguments', async () => {
    expect(() => (plain.require as (...all: unknown[]) => unknown)({ scope: 'a' }, { scope: 'b' })).toThrow(
      'authing-guard: a requirement is one object: put all that must hold into it',
    )
    const authorize = plain.authorize as (...all: unknown[]) => Promise<void>
    await expect(authorize(user(), { scope: 'a' }, {}, { scope: 'b' })).rejects.toThrow('a requirement is one object')
  })

  test('the Express adapter throws it too', () => {
    const guard = authingGuard({ issuer, appId })
    expect(() => guard.require({ scopes: 'a' } as never)).toThrow('there is no option requirement.scopes')
    expect(() => (guard.require as (...all: unknown[]) => unknown)({ scope: 'a' }, 'b')).toThrow(TypeError)
  })

  test('a requirement of a stricter guard is one more, and is checked as well', () => {
    expect(() => plain.require({ scope: 'book:read' }).require({} as never)).toThrow('must ask for something')
  })

  test('a context is refused where the hook cannot take one', () => {
    const { guard } = gate({ checkPermission: { check: hook, takesContext: false } })
    const says = 'requirement.context is something that this checkPermission cannot take into account'
    expect(() => guard.require({ ...action, context: { ip: '127.0.0.1' } })).toThrow(says)
    expect(() => guard.require({ ...action, context: () => ({}) })).toThrow(says)
  })

  test('a context that JSON cannot say is refused', () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    for (const context of [{ size: 1n }, circle, { toJSON: () => 'text' }]) {
      expect(() => withHook.require({ ...action, context })).toThrow('requirement.context must be a JSON object')
    }
  })

  test("roles: 'authing' is refused without a hook that answers about roles", () => {
    expect(() => gate({ checkPermission: hook, roles: 'authing' })).toThrow("roles is 'authing', which needs")
    expect(() => gate({ roles: 'authing' })).toThrow("roles is 'authing', which needs")
  })
})
