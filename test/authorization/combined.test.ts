import type { PermissionCheck, RoleCheck } from 'authing-guard'
import { describe, expect, test } from 'vitest'
import { refusalOf } from '../support/world.js'
import { gate, statusOf, user } from './callers.js'

describe('a requirement with several fields', () => {
  test.each<[string, number, PermissionCheck]>([
    ['denies', 403, async () => false],
    ['fails', 503, () => Promise.reject(new Error('down'))],
  ])('is refused when the permission hook %s later, and `when` is not called', async (_, status, hook) => {
    const { guard } = gate({ checkPermission: hook })
    let calls = 0
    const when = () => ++calls > 0
    const verdict = guard.authorize(user(), { action: 'book:delete', resource: 'book:1', when })
    expect(await statusOf(verdict)).toBe(status)
    expect(calls).toBe(0)
  })
})

describe('a denied permission', () => {
  test('is a 403 without a challenge, as another token of the caller would not help', async () => {
    const { guard } = gate({ checkPermission: () => false })
    const error = await refusalOf(guard.authorize(user(), { action: 'book:delete', resource: 'book:1' }))
    expect([error.status, error.headers]).toEqual([403, { 'Cache-Control': 'no-store' }])
  })
})

describe('a cached answer about a role', () => {
  test('is not used for another role or list of roles', async () => {
    const hasRole: RoleCheck = (_, { roles }) => roles.join() === 'reader'
    const checkPermission = { check: () => false, hasRole, cacheSeconds: 60, callerOnly: true }
    const { guard } = gate({ checkPermission, roles: 'authing' })
    for (const [role, status] of [
      ['reader', 200],
      ['admin', 403],
      [['reader', 'admin'], 403],
    ] as const) {
      expect(await statusOf(guard.authorize(user(), { role })), String(role)).toBe(status)
    }
    expect(await statusOf(guard.authorize(user(), { anyRole: ['admin', 'owner'] }))).toBe(403)
  })
})
