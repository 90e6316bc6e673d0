import { describe, expect, test, vi } from 'vitest'
import { token, verdictOf } from '../store/fleet.js'
import { appId, pair, user, userId } from './world.js'

// What each event of Authing does.

const revoking = [
  ['kick with a list of users', { eventName: 'kick', data: { users: [user()] } }],
  ['kick of this application', { eventName: 'kick', data: { users: [user()], application: { id: appId, name: 'a' } } }],
  ['kick of this application by its ID alone', { eventName: 'kick', data: { users: [user()], application: appId } }],
  ['user:blocked with one user', { eventName: 'user:blocked', data: { user: user() } }],
  ['user:blocked with a list of users', { eventName: 'user:blocked', data: { users: [user()] } }],
  ['user:archived with one user', { eventName: 'user:archived', data: { user: user() } }],
  ['user:deleted with a list of users', { eventName: 'user:deleted', data: { users: [user()] } }],
  ['user:deleted with IDs of a custom database', { eventName: 'user:deleted', data: { users: [userId] } }],
  ['user:password-changed with the user as data', { eventName: 'user:password-changed', data: user() }],
  ['user:password-changed with a user ID', { eventName: 'user:password-changed', data: { userId } }],
  ['an ID under the name _id', { eventName: 'kick', data: { users: [{ _id: userId }] } }],
] as const

describe('a webhook', () => {
  test.each(revoking)('revokes the user on every instance at %s', async (_, body) => {
    const { first, second, world, send, received } = pair()
    const [text, anothers] = [token(), token({ sub: 'another' })]
    for (const guard of [first, second]) expect(await verdictOf(guard, text)).toBe('in')
    expect(await send(body)).toEqual({ status: 200, body: { result: 'revoked' } })
    expect(await verdictOf(first, text)).toBe('revoked_token')
    world.wait(2)
    expect(await verdictOf(second, text)).toBe('revoked_token')
    for (const guard of [first, second]) expect(await verdictOf(guard, anothers)).toBe('in')
    const newSignIn = token({ iat: Math.floor(world.now / 1000) })
    for (const guard of [first, second]) expect(await verdictOf(guard, newSignIn)).toBe('in')
    expect(received()).toEqual([
      {
        type: 'webhook_received',
        eventName: body.eventName,
        result: 'revoked',
        users: 1,
        status: 200,
        detail: undefined,
      },
    ])
  })

  test('revokes each of several users once', async () => {
    const { first, events, send, received } = pair()
    const users = [user('a'), user('b'), user('a')]
    expect((await send({ eventName: 'kick', data: { users } })).status).toBe(200)
    expect(events[0]?.filter(({ type }) => type === 'revoked')).toHaveLength(2)
    expect(received()).toMatchObject([{ users: 2 }])
    expect(await verdictOf(first, token({ sub: 'a' }))).toBe('revoked_token')
    expect(await verdictOf(first, token({ sub: 'b' }))).toBe('revoked_token')
  })

  test('does nothing at a kick from an application that the guard does not protect', async () => {
    const { first, send } = pair()
    const body = { eventName: 'kick', data: { users: [user()], application: { id: 'f'.repeat(24) } } }
    expect(await send(body)).toEqual({ status: 200, body: { result: 'ignored' } })
    expect(await verdictOf(first, token())).toBe('in')
  })

  test.each([
    ['role:assigned', { userIds: [userId], groupIds: ['group'], nodeIds: [] }],
    ['role:unassigned', { userIds: [], groupIds: ['group'], nodeIds: ['node'] }],
    ['role:delete', 'an ID alone'],
    ['permission:add', { targetType: 'USER', targetIdentifiers: [userId] }],
    ['permission:revoke', { targetType: 'ROLE', targetIdentifiers: ['role'] }],
    ['group:member-added', { group: {}, users: [user()] }],
    ['group:member-removed', { group: {}, users: [user()] }],
    ['organization:member-added', { node: {}, user: user() }],
    ['organization:member-removed', { node: {}, user: user() }],
  ])('drops the cached decisions of everybody at %s', async (eventName, data) => {
    let asked = 0
    const { first, send } = pair({}, { checkPermission: { check: () => ++asked > 0, cacheSeconds: 60 } })
    const identity = await first.verifyToken(token())
    const allow = () => first.authorize(identity, { resource: 'book', action: 'read' })
    await allow()
    await allow()
    expect(asked).toBe(1)
    expect(await send({ eventName, data })).toEqual({ status: 200, body: { result: 'forgotten' } })
    await allow()
    expect(asked).toBe(2)
  })

  test.each([
    'login',
    'register',
    'user:created',
    'user:unblocked',
    'application:secret-refreshed',
    'test',
    'user:moved',
  ])('answers 200 to %s, and does nothing', async (eventName) => {
    const { first, client, send, received } = pair()
    const before = client.calls.length
    expect(await send({ eventName, data: user() })).toEqual({ status: 200, body: { result: 'ignored' } })
    expect(client.calls).toHaveLength(before)
    expect(await verdictOf(first, token())).toBe('in')
    expect(received()).toMatchObject([{ eventName, result: 'ignored', users: 0 }])
  })
})

describe('the same body', () => {
  const body = { eventName: 'kick', data: { users: [user()] } }

  test('is done once within 10 minutes, and again after that', async () => {
    const { first, world, send } = pair()
    expect((await send(body)).body).toEqual({ result: 'revoked' })
    world.wait(2)
    const newSignIn = token({ iat: Math.floor(world.now / 1000) })
    expect((await send(body)).body).toEqual({ result: 'repeated' })
    expect(await verdictOf(first, newSignIn)).toBe('in')
    world.wait(597)
    expect((await send(body)).body).toEqual({ result: 'repeated' })
    world.wait(2)
    expect((await send(body)).body).toEqual({ result: 'revoked' })
    expect(await verdictOf(first, newSignIn)).toBe('revoked_token')
  })

  test('is done once where it arrives twice at the same time', async () => {
    const { events, send } = pair()
    const answers = await Promise.all([send(body), send(body)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(events[0]?.filter(({ type }) => type === 'revoked')).toHaveLength(1)
  })

  test('is done again where the clock was set back', async () => {
    const { world, send } = pair()
    await send(body)
    world.wait(-60)
    expect((await send(body)).body).toEqual({ result: 'revoked' })
  })

  test('is done again after revoking failed in a way that is not the guard’s, and the failure is thrown on', async () => {
    const { first, send } = pair()
    const defect = new Error('not a refusal')
    const revoke = vi.spyOn(first, 'revoke').mockRejectedValue(defect)
    const body = { eventName: 'kick', data: { users: [user()] } }
    await expect(send(body)).rejects.toBe(defect)
    revoke.mockRestore()
    expect(await send(body)).toEqual({ status: 200, body: { result: 'revoked' } })
  })

  test('is done again after the store was down', async () => {
    const { first, second, client, world, send, received } = pair()
    const text = token()
    await verdictOf(second, text)
    client.fault = 'down'
    const failed = await send(body)
    expect(failed.status).toBe(503)
    expect(await verdictOf(first, text)).not.toBe('in')
    expect(received()).toMatchObject([{ result: 'refused', status: 503 }])
    client.fault = 'none'
    world.wait(31)
    expect((await send(body)).body).toEqual({ result: 'revoked' })
    world.wait(2)
    expect(await verdictOf(second, text)).toBe('revoked_token')
  })
})
