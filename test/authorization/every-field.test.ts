import type { Requirement } from 'authing-guard'
import { introspection } from 'authing-guard/introspection'
import { expect, test } from 'vitest'
import { gate, statusOf, user } from './callers.js'

// A field that is declared and named, but has no rule, would be ignored beside other fields: the route would admit too many.

/** Fields that are inputs of the permission hook, whose tests are in permission-rules.test.ts. */
type HookField = 'action' | 'resource' | 'context' | 'namespace'

/** For each other field a value that the caller below does not meet. The compiler asks for new fields here. */
const unmet: { readonly [Field in Exclude<keyof Requirement, HookField>]-?: Requirement[Field] } = {
  scope: ['book:read', 'book:delete'],
  anyScope: 'book:delete',
  role: 'admin',
  anyRole: ['admin', 'owner'],
  kind: 'machine',
  accept: 'opaque',
  appId: 'another application',
  tenantId: 'another tenant',
  introspection: true,
  when: () => false,
}

const { guard } = gate({ roles: 'claim', introspection: introspection({ clientSecret: 'the secret of the client' }) })
const reader = user({ scopes: ['book:read'] })
const met = { anyScope: 'book:read' }

test('the caller meets the requirement that each field is added to', async () => {
  expect(await statusOf(guard.authorize(reader, met))).toBe(200)
})

test.each(Object.entries(unmet))(
  'the field %s refuses a caller that does not meet it, beside a field that is met',
  async (name, value) => {
    const requirement: Requirement = { ...met, [name]: value }
    expect(await statusOf(guard.authorize(reader, requirement))).not.toBe(200)
  },
)
