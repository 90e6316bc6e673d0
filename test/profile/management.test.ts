import { createGuard, type GuardOptions } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { createProfiles } from 'authing-guard/profile'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import express from 'express'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listen } from '../../examples/listen.js'
import { accessKeyId, accessKeySecret, authing, ok, Raw } from '../authing/authing.js'
import { delegate, machine, user } from '../authorization/callers.js'
import { secret as storeSecret } from '../store/fleet.js'
import { withParts } from '../support/parts.js'
import { appId, issuer, refusalOf, today, userId } from '../support/world.js'
import { faultOf } from './world.js'

// Profiles from Authing's management API, by an access key.

let pool: UserPool
beforeAll(async () => {
  pool = await createUserPool({
    apps: [{ algorithm: 'ES256' }],
    users: [{ id: 'mole', name: 'Mole', username: 'moldy', phone: '13800000000', phoneVerified: true, unionid: 'o1' }],
  })
})
afterAll(() => pool.close())
beforeEach(() => pool.clearRequests())
afterEach(() => pool.comeUp())

const keyOf = () => {
  const [{ accessKeyId, accessKeySecret } = { accessKeyId: '', accessKeySecret: '' }] = pool.accessKeys
  return { from: 'management', accessKeyId, accessKeySecret, host: pool.managementHost } as const
}
const optionsOf = () => pool.guardOptions as { issuer: string; appId: string }
const paths = () =>
  pool.requests.map(({ path }) => path.replace('/api/v3/', '')).filter((path) => !path.includes('jwks'))

describe('the profile of a user', () => {
  const mole = {
    userId: 'mole',
    name: 'Mole',
    username: 'moldy',
    picture: expect.stringMatching(/^https:/),
    emailVerified: false,
    phone: '13800000000',
    phoneVerified: true,
    gender: 'U',
  }

  test.each(['access_token', 'id_token', 'user_token'] as const)('is found for a request with an %s', async (type) => {
    const guard = authingGuard(optionsOf())
    const profiles = createProfiles(guard, keyOf())
    const app = express().use(guard, async (req, res) => void res.json(await profiles.of(req)))
    const { url, close } = await listen(app)
    const response = await fetch(url, { headers: { authorization: `Bearer ${pool.mint({ type, userId: 'mole' })}` } })
    expect([response.status, await response.json()]).toEqual([200, mole])
    await close()
    expect(paths()).toEqual(['get-management-token', 'get-user'])
  })

  test('is found for an identity, and kept for all of its tokens', async () => {
    const guard = createGuard(optionsOf())
    const profiles = createProfiles(guard, keyOf())
    const identity = await guard.verifyToken(pool.mint({ userId: 'mole', scope: 'openid' }))
    const found = await profiles.ofIdentity(identity)
    expect(found).toEqual(mole)
    expect(found?.raw).toMatchObject({ userId: 'mole', status: 'Activated' })
    expect(await profiles.of(`Bearer ${pool.mint({ userId: 'mole', scope: 'openid email' })}`)).toBe(found)
    expect(paths()).toEqual(['get-management-token', 'get-user'])
  })

  test('says with its status that the user was blocked', async () => {
    pool.addUser({ id: 'weasel', status: 'Suspended' })
    const profiles = createProfiles(createGuard(optionsOf()), keyOf())
    expect((await profiles.ofIdentity(user({ userId: 'weasel' })))?.raw['status']).toBe('Suspended')
  })

  test('who does not exist is refused', async () => {
    const profiles = createProfiles(createGuard(optionsOf()), keyOf())
    const fault = await faultOf(profiles.ofIdentity(user({ userId: 'nobody' })))
    expect(fault).toMatchObject({
      reason: 'refused',
      detail: expect.stringMatching(/get-user answered statusCode 404, apiCode 2004$/),
    })
    expect(fault.detail).not.toContain('nobody')
  })

  test('is refused for a wrong access key, and the detail says so', async () => {
    const profiles = createProfiles(createGuard(optionsOf()), { ...keyOf(), accessKeySecret: 'wrong' })
    const fault = await faultOf(profiles.ofIdentity(user({ userId: 'mole' })))
    expect(fault.reason).toBe('refused')
    expect(fault.detail).toMatch(/get-management-token answered statusCode 401, apiCode 2207: check accessKeyId/)
  })

  test.each(['refuse', 'error', 'busy', 'redirect', 'html', 'huge'] as const)(
    'is an outage where get-user answers with %s',
    async (fault) => {
      const profiles = createProfiles(createGuard(optionsOf()), keyOf())
      pool.goDown({ fault, path: '/get-user' })
      expect(await faultOf(profiles.ofIdentity(user({ userId: 'mole' })))).toMatchObject({ reason: 'unavailable' })
    },
  )

  test('of a machine is undefined, and nothing is asked', async () => {
    const profiles = createProfiles(createGuard(optionsOf()), keyOf())
    expect(await profiles.ofIdentity(machine())).toBeUndefined()
    expect(paths()).toEqual([])
  })

  test('of a delegate is that of its user', async () => {
    const profiles = createProfiles(createGuard(optionsOf()), keyOf())
    expect(await profiles.ofIdentity(delegate({ userId: 'mole' }))).toEqual(mole)
  })

  test('who was revoked is refused, though it is kept', async () => {
    const guard = createGuard(optionsOf())
    const profiles = createProfiles(guard, keyOf())
    const identity = await guard.verifyToken(pool.mint({ userId: 'mole' }))
    await profiles.ofIdentity(identity)
    await guard.revoke({ userId: 'mole' })
    expect(await refusalOf(profiles.ofIdentity(identity) as Promise<unknown>)).toMatchObject({
      reason: 'revoked_token',
    })
    // Before anything was revoked no age is too old.
    const old = user({ userId: 'mole', issuedAt: 1 })
    expect(await createProfiles(createGuard(optionsOf()), keyOf()).ofIdentity(old)).toEqual(mole)
  })

  test('is a 503 where the store cannot say whether its identity was revoked', async () => {
    const client = { get: () => Promise.reject(new Error('down')), set: async () => {}, delete: async () => {} }
    const guard = createGuard(
      withParts({ issuer, appId, store: { client, secret: storeSecret } }) as { issuer: string; appId: string },
    )
    const profiles = createProfiles(guard, keyOf())
    expect(await refusalOf(profiles.ofIdentity(user({ issuedAt: today })) as Promise<unknown>)).toMatchObject({
      status: 503,
      reason: 'store_unavailable',
    })
    expect(paths()).toEqual([])
  })

  test.each([
    [undefined],
    [null],
    ['mole'],
    [{}],
    [{ kind: 'user', userId: '', claims: {} }],
    [{ kind: 'user', userId: 7, claims: {} }],
  ])('throws for %j, which is no identity', async (given) => {
    const profiles = createProfiles(createGuard(optionsOf()), keyOf())
    await expect(profiles.ofIdentity(given as never)).rejects.toThrow('ofIdentity takes an identity of a guard')
  })
})

describe('the question', () => {
  const server = authing()
  beforeEach(() => {
    server.requests.length = 0
    server.script = ({ path }) => (path.startsWith('/api/v3/get-user?') ? ok({ userId, name: 'Mole' }) : undefined)
  })
  const open = (more: object = {}, guardOptions: Partial<GuardOptions> = {}) => {
    const guard = createGuard({ issuer, appId, ...guardOptions } as { issuer: string; appId: string })
    const { host } = server.options()
    return createProfiles(guard, {
      from: 'management',
      accessKeyId,
      accessKeySecret,
      host,
      onWarning: () => {},
      ...more,
    })
  }

  test('is a GET by the user ID alone, with a management token', async () => {
    expect(await open().ofIdentity(user())).toMatchObject({ name: 'Mole' })
    expect(server.requests[1]).toMatchObject({
      method: 'GET',
      path: `/api/v3/get-user?userId=${userId}&userIdType=user_id`,
      headers: {
        authorization: expect.stringMatching(/^Bearer /),
        'x-authing-userpool-id': '59f86b4832eb28071bdd9214',
      },
    })
    expect(server.requests[1]?.headers['content-type']).toBeUndefined()
  })

  test('puts a user ID with marks of its own into one parameter', async () => {
    const id = 'a&userIdType=email#/../?'
    server.script = ({ path }) => (path.startsWith('/api/v3/get-user?') ? ok({ userId: id }) : undefined)
    await open().ofIdentity(user({ userId: id }))
    const { searchParams } = new URL(`http://host${server.requests[1]?.path}`)
    expect([...searchParams]).toEqual([
      ['userId', id],
      ['userIdType', 'user_id'],
    ])
  })

  test('is asked with the fetch of the guard, and with the headers of GenAuth where they are named', async () => {
    const urls: string[] = []
    const asking = (url: string, init: RequestInit) => {
      urls.push(url)
      return fetch(url, init)
    }
    await open({ headerPrefix: 'x-genauth-' }, { fetch: asking as never }).ofIdentity(user())
    expect(urls).toHaveLength(2)
    expect(server.requests[1]?.headers).toMatchObject({ 'x-genauth-userpool-id': '59f86b4832eb28071bdd9214' })
  })

  test.each([
    ['another user', ok({ userId: 'ratty' })],
    ['no user', ok({})],
    ['a user whose ID is a number', ok({ userId: 7 })],
  ])('that is answered with %s is refused', async (_, answer) => {
    server.script = ({ path }) => (path.startsWith('/api/v3/get-user?') ? answer : undefined)
    expect(await faultOf(open().ofIdentity(user()))).toMatchObject({ reason: 'refused' })
  })

  test.each([
    ['a list', ok([{ userId }]), 'unavailable'],
    ['no data', { statusCode: 200 }, 'unavailable'],
    ['statusCode 500', { statusCode: 500, message: 'mole@example.com' }, 'unavailable'],
    ['statusCode 429', { statusCode: 429 }, 'unavailable'],
    ['statusCode 403', { statusCode: 403, apiCode: 1 }, 'refused'],
    ['HTTP 404', new Raw(404, ''), 'refused'],
    ['a page', new Raw(200, '<!doctype html>'), 'unavailable'],
  ])('that is answered with %s is no profile', async (_, answer, reason) => {
    server.script = ({ path }) => (path.startsWith('/api/v3/get-user?') ? answer : undefined)
    const fault = await faultOf(open().ofIdentity(user()))
    expect(fault.reason).toBe(reason)
    expect(fault.detail).not.toContain('mole@example.com')
    expect(fault.detail).not.toContain(userId)
  })

  test('warns once where the access key is the user pool itself', async () => {
    const warnings: string[] = []
    const profiles = open({ accessKeyId: '59f86b4832eb28071bdd9214', onWarning: (text: string) => warnings.push(text) })
    await profiles.ofIdentity(user())
    expect(warnings).toEqual([expect.stringMatching(/may only look up users/)])
  })
})
