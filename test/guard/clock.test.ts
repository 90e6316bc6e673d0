import { createGuard } from 'authing-guard'
import { authingPermissions } from 'authing-guard/permissions'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { refusalOf } from '../support/world.js'

// `jest.setSystemTime` and its like put another `Date` in place: whoever kept the old `Date.now` does not see it.

const pool = await createUserPool()
afterAll(() => pool.close())
afterEach(() => vi.useRealTimers())

const hour = 3_600_000

describe('fake timers that are set after a guard and a pool were made', () => {
  test('move the time by which the pool signs and the guard verifies', async () => {
    const guard = createGuard(pool.guardOptions)
    await guard.ready()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 * hour })
    const token = pool.mint({ expiresIn: 3600 })
    await expect(guard.verifyToken(token)).resolves.toMatchObject({ kind: 'user' })
    vi.setSystemTime(Date.now() + hour + 10_000)
    expect(await refusalOf(guard.verifyToken(token))).toMatchObject({ reason: 'expired_token' })
    vi.setSystemTime(Date.now() - 2000 * hour)
    expect(await refusalOf(guard.verifyToken(token))).toMatchObject({ reason: 'not_yet_valid' })
  })

  test('move the age of the keys', async () => {
    const guard = createGuard(pool.guardOptions)
    await guard.ready()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hour / 4 })
    expect(guard.health().applications).toMatchObject([{ state: 'stale' }])
  })

  test('move the second until which tokens are revoked', async () => {
    const guard = createGuard(pool.guardOptions)
    const token = pool.mint({ type: 'access_token', expiresIn: 86_400 })
    const { userId } = await guard.verifyToken(token)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - hour })
    await guard.revoke({ userId: userId ?? '' })
    vi.useRealTimers()
    await expect(guard.verifyToken(token)).resolves.toMatchObject({ userId })
    await guard.revoke({ userId: userId ?? '' })
    expect(await refusalOf(guard.verifyToken(token))).toMatchObject({ reason: 'revoked_token' })
  })
})

describe('a clock that returns something else than milliseconds', () => {
  test.each([
    ['a Date', () => new Date()],
    ['NaN', () => Number.NaN],
    ['Infinity', () => Number.POSITIVE_INFINITY],
    ['a value of type string', () => '1700000000000'],
    ['a value of type undefined', () => {}],
    ['a value of type object', async () => Date.now()],
    ['a value of type bigint', () => BigInt(Date.now())],
  ])(
    "that is %s is the programmer's mistake: no token is admitted, and the error says what to return",
    async (found, now) => {
      const guard = createGuard({ ...pool.guardOptions, now: now as () => number })
      for (const token of [pool.mint(), pool.mint()]) {
        await expect(guard.verifyToken(token)).rejects.toThrow(
          `authing-guard: now must return milliseconds since the epoch, like Date.now, and returned ${found}`,
        )
      }
      const permissions = authingPermissions({
        accessKeyId: 'a',
        accessKeySecret: 'b',
        model: 'acl',
        now: now as () => number,
        fetch: async () => Response.json({ statusCode: 200, data: {} }),
      })
      const asking = createGuard({ ...pool.guardOptions, checkPermission: permissions }).require({
        action: 'read',
        resource: 'a',
      })
      const refusal = await refusalOf(asking.verifyToken(pool.mint()))
      expect(refusal).toMatchObject({ reason: 'permission_unavailable' })
      expect(refusal.detail).toContain('now must return milliseconds')
    },
  )
})
