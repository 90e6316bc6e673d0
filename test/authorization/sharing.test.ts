import { authingPermissions } from 'authing-guard/permissions'
import { describe, expect, test, vi } from 'vitest'
import { fleet, settled, until } from '../introspection/fleet.js'
import { accessKey, today, userId } from '../support/world.js'
import { delegate, statusOf, user } from './callers.js'

// Decisions that one instance gets, and the others have through the store.

const rule = { action: 'book:read', resource: 'book:1' }

/** Instances with a hook that counts, and answers as it is told. */
function hooked(more: object = {}, size = 2, store: object = {}) {
  const world = { asked: 0, answer: true as unknown, before: async () => {} }
  const hook = async () => {
    world.asked++
    await world.before()
    if (world.answer instanceof Error) throw world.answer
    return world.answer as boolean
  }
  const checkPermission = Object.assign(hook, { remember: 60, callerOnly: true, sharedAs: 'books', ...more })
  const instances = fleet(size, { checkPermission }, store)
  const stored = (count: number) => until(() => instances.client.count('set', 'decision') === count)
  return { hook: world, stored, ...instances }
}

describe('a decision', () => {
  test.each([
    [true, 200],
    [false, 403],
  ])('that is %s holds for all instances, once one has asked', async (answer, status) => {
    const { hook, first, second, stored } = hooked()
    hook.answer = answer
    expect(await statusOf(first.authorize(user(), rule))).toBe(status)
    await stored(1)
    expect(await statusOf(second.authorize(user(), rule))).toBe(status)
    expect(hook.asked).toBe(1)
  })

  test('holds no longer than where it was asked for, by the same clock', async () => {
    const { hook, first, second, stored, world } = hooked()
    await first.authorize(user(), rule)
    await stored(1)
    world.wait(50)
    await second.authorize(user(), rule)
    expect(hook.asked).toBe(1)
    world.wait(10)
    await second.authorize(user(), rule)
    expect(hook.asked).toBe(2)
  })

  test('holds no longer than who takes it would keep it', async () => {
    const { hook, first, make, stored, world } = hooked()
    await first.authorize(user(), rule)
    await stored(1)
    const brief = () =>
      make({
        checkPermission: Object.assign(async () => ++hook.asked > 0, {
          remember: 5,
          callerOnly: true,
          sharedAs: 'books',
        }),
      })
    world.wait(4)
    const second = brief()
    await second.authorize(user(), rule)
    expect(hook.asked).toBe(1)
    world.wait(1)
    await second.authorize(user(), rule)
    expect(hook.asked).toBe(2)
    await stored(2)
    await brief().authorize(user(), rule)
    expect(hook.asked).toBe(2)
  })

  test('is asked for by each and in the store when it is answered, where nothing outlives a request', async () => {
    vi.stubGlobal('EdgeRuntime', 'edge-runtime')
    const { hook, first, second, client } = hooked({}, 2, { timeout: 5 })
    vi.unstubAllGlobals()
    const set = client.set.bind(client)
    client.set = async (...given) => {
      await settled()
      return set(...given)
    }
    // The first of them is lost with its request.
    hook.before = () => new Promise(() => {})
    void first.authorize(user(), rule)
    await until(() => hook.asked === 1)
    hook.before = async () => {}
    await first.authorize(user(), rule)
    expect([hook.asked, client.count('set', 'decision')]).toEqual([2, 1])
    await second.authorize(user(), rule)
    expect(hook.asked).toBe(2)
  })

  test("holds never past the end of the token that it was asked with, nor of one's own", async () => {
    const { hook, first, second, stored, world } = hooked()
    await first.authorize(user({ expiresAt: today + 5 }), rule)
    await stored(1)
    world.wait(4)
    await second.authorize(user(), rule)
    expect(hook.asked).toBe(1)
    world.wait(1)
    await second.authorize(user(), rule)
    expect(hook.asked).toBe(2)
  })

  test('is not stored where the token ended meanwhile', async () => {
    const { hook, first, client, world } = hooked()
    hook.before = async () => world.wait(2)
    await first.authorize(user({ expiresAt: today + 1 }), rule)
    await settled()
    expect(client.count('set')).toBe(0)
  })

  test('of a clock that is ahead is none yet', async () => {
    const { hook, first, make, stored, world } = hooked()
    await first.authorize(user(), rule)
    await stored(1)
    const checkPermission = Object.assign(() => ++hook.asked > 0, { remember: 60, callerOnly: true, sharedAs: 'books' })
    await make({ checkPermission, now: () => world.now - 1 }).authorize(user(), rule)
    expect(hook.asked).toBe(2)
  })

  test.each([
    ['another user', user({ userId: 'another' }), rule],
    ['another tenant', user({ tenantId: 'another' }), rule],
    ['a delegate', delegate(), rule],
    ['another action', user(), { ...rule, action: 'book:delete' }],
    ['another resource', user(), { ...rule, resource: 'book:2' }],
  ])('is another one for %s', async (_, who, other) => {
    const { hook, first, second, stored } = hooked()
    await first.authorize(user(), rule)
    await stored(1)
    await second.authorize(who, other)
    expect(hook.asked).toBe(2)
  })

  test.each([
    ['a hook without a name', { sharedAs: undefined }],
    ['a hook that looks at all of the token', { callerOnly: false }],
    ['a hook that remembers nothing', { remember: 0 }],
  ])('of %s is not shared', async (_, more) => {
    const { hook, first, second, client } = hooked(more)
    await first.authorize(user(), rule)
    await settled()
    await second.authorize(user(), rule)
    expect(hook.asked).toBe(2)
    expect(client.calls).toEqual([])
  })

  test('of another name is another one', async () => {
    const { hook, first, make, stored } = hooked()
    await first.authorize(user(), rule)
    await stored(1)
    const other = Object.assign(() => ++hook.asked > 0, { remember: 60, callerOnly: true, sharedAs: 'films' })
    await make({ checkPermission: other }).authorize(user(), rule)
    expect(hook.asked).toBe(2)
  })

  test('that failed is nobody else’s', async () => {
    const { hook, first, second, client } = hooked()
    hook.answer = new Error('no')
    expect(await statusOf(first.authorize(user(), rule))).toBe(503)
    await settled()
    expect(client.count('set')).toBe(0)
    hook.answer = true
    expect(await statusOf(second.authorize(user(), rule))).toBe(200)
  })

  test.each([
    ['no object', 'yes'],
    ['no answer', { since: 0, until: 2e12, marks: [null] }],
    ['no beginning', { allowed: true, until: 2e12, marks: [null] }],
    ['no end', { allowed: true, since: 0, marks: [null] }],
    ['no marks', { allowed: true, since: 0, until: 2e12 }],
  ])('with %s, though it is sealed, is none', async (_, value) => {
    const { SharedDecisions } = await import('../../src/authorization/shared-decisions.js')
    const store = {
      read: async (_purpose: string, key: string) =>
        key.startsWith('["forgotten"') ? ({ state: 'absent' } as const) : ({ state: 'found', value } as never),
      write: async () => true,
    }
    const decisions = new SharedDecisions(store, () => today * 1000, Math.random, true)
    const asked = { allowed: false, since: today * 1000, until: today * 1000 + 5000 }
    const question = { text: 'q', remember: 5, callerOnly: true, sharedAs: 'books' }
    expect(await decisions.decide(user(), question, async () => asked)).toBe(asked)
  })
})

describe('forget', () => {
  test.each([
    ['a user', { userId }, user()],
    ['an access key', { clientId: accessKey }, delegate()],
  ])('of %s holds for what others have asked as well', async (_, whose, who) => {
    const { hook, first, second, make, stored } = hooked()
    await first.authorize(who, rule)
    await stored(1)
    second.forget(whose)
    await stored(2)
    hook.answer = false
    const checkPermission = Object.assign(() => ++hook.asked < 0, { remember: 60, callerOnly: true, sharedAs: 'books' })
    expect(await statusOf(make({ checkPermission }).authorize(who, rule))).toBe(403)
    // Here it holds at once, be the store told or not.
    expect(await statusOf(second.authorize(who, rule))).toBe(403)
    expect(hook.asked).toBe(3)
  })

  test('holds at once where the store does not hear of it', async () => {
    const { hook, first, second, client, stored, world } = hooked()
    await first.authorize(user(), rule)
    await stored(1)
    client.fault = 'down'
    second.forget({ userId })
    client.fault = 'none'
    hook.answer = false
    expect(await statusOf(second.authorize(user(), rule))).toBe(403)
    world.wait(60)
    expect(await statusOf(second.authorize(user(), rule))).toBe(403)
  })

  test('makes an answer that was under way meanwhile nobody else’s', async () => {
    const { hook, first, second, client } = hooked()
    let go = () => {}
    hook.before = () => new Promise((resolve) => (go = resolve))
    const before = first.authorize(user(), rule)
    await until(() => hook.asked === 1)
    first.forget({ userId })
    await until(() => client.count('set') === 1)
    go()
    await before
    await settled()
    expect(client.count('set')).toBe(1)
    hook.before = async () => {}
    await second.authorize(user(), rule)
    expect(hook.asked).toBe(2)
  })
})

describe('authingPermissions', () => {
  const options = { accessKeyId: 'key', accessKeySecret: 'hunter2', model: 'acl' } as const

  test('shares under a name that says whom it asks, and no secret', () => {
    const name = authingPermissions(options).sharedAs
    expect(name).toBe('["authing","https://api.authing.cn","key","acl","default"]')
    for (const more of [
      { model: 'data' },
      { namespace: 'shop' },
      { accessKeyId: 'b' },
      { host: 'https://x.cn' },
    ] as const) {
      expect(authingPermissions({ ...options, ...more }).sharedAs).not.toBe(name)
    }
  })
})
