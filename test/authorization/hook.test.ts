import type { PermissionHookObject, RoleCheck } from 'authing-guard'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { leakIn, tracesOf } from '../support/leaks.js'
import { gate, machine, refusalOf, statusOf, user } from './callers.js'

// Only true admits, only false is a no. Whatever else a hook does is an outage, and is not remembered.

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const requirement = { action: 'book:delete', resource: 'book:1' }
const never = () => new Promise<boolean>(() => {})
const later = (seconds: number, answer: boolean) =>
  new Promise<boolean>((answered) => setTimeout(() => answered(answer), seconds * 1000))

const failures: readonly (readonly [string, () => unknown, string])[] = [
  [
    'throws now',
    () => {
      throw new Error('secret-7')
    },
    'failed: it threw or rejected',
  ],
  [
    'throws nothing',
    () => {
      throw undefined
    },
    'failed: it threw or rejected',
  ],
  [
    'rejects',
    async () => {
      throw new TypeError('secret-7')
    },
    'failed: it threw or rejected',
  ],
  ['rejects with nothing', () => Promise.reject(), 'failed: it threw or rejected'],
  ['rejects with a text', () => Promise.reject('secret-7'), 'failed: it threw or rejected'],
  ['returns 1', () => 1, 'answered neither true nor false, but a value of type number'],
  ['returns 0', () => 0, 'but a value of type number'],
  ["returns 'true'", () => 'true', 'but a value of type string'],
  ["returns 'false'", () => 'false', 'but a value of type string'],
  ['returns undefined', () => undefined, 'but a value of type undefined'],
  ['returns null', async () => null, 'but a value of type object'],
  ['returns an object', async () => ({ allowed: true }), 'but a value of type object'],
  ['returns a Boolean object', () => new Boolean(true), 'but a value of type object'],
  ['returns a list', () => [true], 'but a value of type object'],
  ['resolves with a function', async () => () => true, 'but a value of type function'],
  ['never answers', never, 'failed: no answer within 2 s'],
  ['answers after the time-out', () => later(2.001, true), 'failed: no answer within 2 s'],
]

/** What a hook's failure must come to, for each of the three hooks that there are. */
describe.each([
  ['checkPermission', requirement],
  ['hasRole', { role: 'admin' }],
  ['when', {}],
] as const)('%s', (name, asked) => {
  /** A world in which that hook does this. */
  const where = (act: () => unknown) => {
    let calls = 0
    const hook = () => {
      calls++
      return act() as boolean
    }
    const checkPermission: PermissionHookObject = {
      check: name === 'checkPermission' ? hook : () => false,
      hasRole: name === 'hasRole' ? hook : () => false,
      cacheSeconds: 60,
    }
    const world = gate({ checkPermission, roles: 'authing' })
    const ask = () => world.guard.authorize(user(), name === 'when' ? { when: hook } : asked)
    return { ...world, ask, calls: () => calls }
  }

  test.each(failures)(
    '%s: 503, never a 200 or 403, the reason in the event, nothing remembered',
    async (_, act, says) => {
      const { ask, calls, events } = where(act)
      for (const turn of [1, 2]) {
        const verdict = refusalOf(ask())
        await vi.advanceTimersByTimeAsync(2000)
        const refusal = await verdict
        expect(refusal).toMatchObject({ status: 503, reason: 'permission_unavailable', expose: false })
        expect(refusal.headers).toEqual({ 'Cache-Control': 'no-store', 'Retry-After': '1' })
        expect(refusal.toJSON()).toEqual({
          error: 'temporarily_unavailable',
          error_description: 'The request cannot be checked at the moment. Try again later.',
        })
        expect(refusal.detail).toMatch(new RegExp(`^${name} .*${says}$`))
        expect(events.at(-1)).toEqual({ type: 'refused', reason: refusal.reason, status: 503, detail: refusal.detail })
        expect(calls()).toBe(turn)
        // What it threw is the developer's to look at, on `cause`: nothing of it is told on the wire or in the event.
        expect(leakIn(JSON.stringify([events, refusal, refusal.message, refusal.detail]), ['secret-7'])).toBeUndefined()
      }
    },
  )

  test('true is 200, false is 403', async () => {
    expect(await statusOf(where(() => true).ask())).toBe(200)
    expect(await statusOf(where(async () => true).ask())).toBe(200)
    const refusal = await refusalOf(where(async () => false).ask())
    expect(refusal).toMatchObject({ status: 403, reason: 'permission_denied' })
    expect(refusal.headers).toEqual({ 'Cache-Control': 'no-store' })
  })

  test('an answer in good time counts, one after the time-out changes nothing any more', async () => {
    const inTime = statusOf(where(() => later(1.999, true)).ask())
    await vi.advanceTimersByTimeAsync(1999)
    expect(await inTime).toBe(200)

    const { ask, calls } = where(() => later(2.001, true))
    const verdict = statusOf(ask())
    await vi.advanceTimersByTimeAsync(5000)
    expect(await verdict).toBe(503)
    const second = statusOf(ask())
    await vi.advanceTimersByTimeAsync(2000)
    expect(await second).toBe(503)
    if (name !== 'when') expect(calls()).toBe(2)
  })

  test('what fails once is asked anew, and its answer counts', async () => {
    let isUp = false
    const { ask } = where(() => isUp || Promise.reject(new Error('down')))
    expect(await statusOf(ask())).toBe(503)
    isUp = true
    expect(await statusOf(ask())).toBe(200)
  })

  test('leaves no timer behind', async () => {
    await statusOf(where(() => true).ask())
    await statusOf(where(() => Promise.reject()).ask())
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the signal', () => {
  test('aborts when the guard waits no longer, and belongs to the call: several requests wait for it', async () => {
    const signals: AbortSignal[] = []
    const { guard } = gate({
      checkPermission: (_, __, { signal }) => {
        signals.push(signal)
        return never()
      },
    })
    const first = statusOf(guard.authorize(user(), requirement))
    await vi.advanceTimersByTimeAsync(1500)
    const second = statusOf(guard.authorize(user(), requirement))
    expect(signals).toHaveLength(1)
    expect(signals[0]?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(500)
    expect(signals[0]?.aborted).toBe(true)
    expect(await Promise.all([first, second])).toEqual([503, 503])
  })
})

describe('what a hook is told', () => {
  test('the caller and the question, and nothing else of the request', async () => {
    const asked: unknown[] = []
    const { guard } = gate({ checkPermission: (...all) => asked.push(all) > 0 })
    const identity = user()
    const request = { params: { id: '7' }, ip: '10.0.0.1' }
    await guard.authorize(
      identity,
      {
        action: 'book:delete',
        resource: ({ params }: typeof request) => `book:${params.id}`,
        context: ({ ip }: typeof request) => ({ ip }),
        namespace: 'shop',
      },
      request,
    )
    const question = { action: 'book:delete', resource: 'book:7', namespace: 'shop', context: { ip: '10.0.0.1' } }
    expect(asked).toEqual([[identity, question, { signal: expect.any(AbortSignal) }]])
  })

  test('no context and no namespace where the requirement has none', async () => {
    const asked: unknown[] = []
    const { guard } = gate({ checkPermission: (_, question) => asked.push(question) > 0 })
    await guard.authorize(user(), requirement)
    expect(asked).toEqual([{ ...requirement, namespace: undefined, context: undefined }])
  })

  test('a machine is not asked about where the hook knows users alone', async () => {
    let calls = 0
    const ask = () => ++calls > 0
    const checkPermission = { check: ask, hasRole: ask, usersOnly: true }
    const { guard, events } = gate({ checkPermission, roles: 'authing' })
    expect(await statusOf(guard.authorize(machine(), requirement))).toBe(403)
    expect(await statusOf(guard.authorize(machine(), { role: 'admin' }))).toBe(403)
    expect(calls).toBe(0)
    expect(events.map((event) => event.type === 'refused' && event.detail)).toEqual([
      'a machine has no user to ask about',
      'a machine has no user to ask about',
    ])
    const { guard: other } = gate({ checkPermission: () => true })
    expect(await statusOf(other.authorize(machine(), requirement))).toBe(200)
  })

  test('the cause of a failure is kept for the developer, and not on the wire', async () => {
    const { guard } = gate({ checkPermission: () => Promise.reject(new Error('db-password')) })
    const refusal = await refusalOf(guard.authorize(user(), requirement))
    expect(refusal.cause).toEqual(new Error('db-password'))
    expect(JSON.stringify(refusal.toJSON()) + JSON.stringify(refusal.headers)).not.toContain('db-password')
    expect(tracesOf(refusal)).toContain('db-password')
  })
})

describe('roles', () => {
  const asking = (roles: Readonly<Record<string, unknown>>) => {
    const asked: string[][] = []
    const checkPermission: PermissionHookObject = {
      check: () => false,
      hasRole: (_, question) => {
        asked.push([...question.roles])
        const answers = question.roles.map((role) => roles[role] ?? false)
        return (answers.find((answer) => answer !== false) ?? false) as boolean
      },
    }
    return { ...gate({ checkPermission, roles: 'authing' }), asked }
  }

  test('each one of role is a question, anyRole is one', async () => {
    const { guard, asked } = asking({ admin: true, editor: true })
    expect(await statusOf(guard.authorize(user(), { role: ['admin', 'editor'] }))).toBe(200)
    expect(await statusOf(guard.authorize(user(), { anyRole: ['owner', 'admin'] }))).toBe(200)
    expect(asked).toEqual([['admin'], ['editor'], ['owner', 'admin']])
  })

  test('every one of role must be there', async () => {
    const { guard } = asking({ admin: true, editor: false })
    expect(await statusOf(guard.authorize(user(), { role: ['admin', 'editor'] }))).toBe(403)
    expect(await statusOf(guard.authorize(user(), { anyRole: ['editor', 'owner'] }))).toBe(403)
  })

  test('one that cannot be told is an outage, whatever the others are', async () => {
    const { guard } = asking({ admin: true, editor: 'perhaps' })
    expect(await statusOf(guard.authorize(user(), { role: ['admin', 'editor'] }))).toBe(503)
  })

  test('the namespace is in the question', async () => {
    const spaces: unknown[] = []
    const hasRole: RoleCheck = (_, { namespace }) => spaces.push(namespace) > 0
    const { guard } = gate({ checkPermission: { check: () => false, hasRole, cacheSeconds: 60 }, roles: 'authing' })
    await guard.authorize(user(), { role: 'admin', namespace: 'shop' })
    await guard.authorize(user(), { role: 'admin', namespace: 'forum' })
    await guard.authorize(user(), { role: 'admin' })
    expect(spaces).toEqual(['shop', 'forum', undefined])
  })
})
