import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { delegate, statusOf, user } from '../authorization/callers.js'
import { today } from '../support/world.js'
import { asking } from './authing.js'

// Grants that come and go at Authing, and when they take effect here.

let pool: UserPool
beforeAll(async () => {
  pool = await createUserPool({ apps: [{ algorithm: 'ES256' }], users: [{ id: 'mole' }, { id: 'ratty' }] })
})
afterAll(() => pool.close())
beforeEach(() => pool.clearRequests())

const world = (more: object = {}) => {
  const { userPoolId: accessKeyId, userPoolSecret: accessKeySecret, managementHost: host } = pool
  return asking({ accessKeyId, accessKeySecret, host, model: 'acl', onWarning: () => {}, ...more })
}
const mole = user({ userId: 'mole' })
const erase = { action: 'book:delete', resource: 'book:1' }
const grant = { userId: 'mole', ...erase }

describe('a grant that is removed', () => {
  test('takes effect within the remembered 5 seconds', async () => {
    pool.grant(grant)
    const gate = world()
    const ask = () => statusOf(gate.guard.authorize(mole, erase))
    expect(await ask()).toBe(200)
    pool.removeGrant(grant)
    gate.time += 4999
    expect(await ask()).toBe(200)
    gate.time += 1
    expect(await ask()).toBe(403)
  })

  test('takes effect at once after forget', async () => {
    pool.grant(grant)
    const gate = world()
    const ask = () => statusOf(gate.guard.authorize(mole, erase))
    expect(await ask()).toBe(200)
    pool.removeGrant(grant)
    gate.guard.forget({ userId: 'ratty' })
    expect(await ask()).toBe(200)
    gate.guard.forget({ userId: 'mole' })
    expect(await ask()).toBe(403)
  })

  test('takes effect at once for a token whose end comes sooner', async () => {
    pool.grant(grant)
    const gate = world()
    const ask = () => statusOf(gate.guard.authorize(user({ userId: 'mole', expiresAt: today + 2 }), erase))
    expect(await ask()).toBe(200)
    pool.removeGrant(grant)
    gate.time += 2000
    expect(await ask()).toBe(403)
  })

  test('a role as well', async () => {
    pool.setRoles('mole', ['admin'])
    const gate = world()
    const ask = () => statusOf(gate.guard.authorize(mole, { role: 'admin' }))
    expect(await ask()).toBe(200)
    pool.setRoles('mole', [])
    gate.time += 4999
    expect(await ask()).toBe(200)
    gate.time += 1
    expect(await ask()).toBe(403)
    pool.setRoles('mole', ['admin'])
    gate.guard.forget({ userId: 'mole' })
    expect(await ask()).toBe(200)
  })
})

describe('a grant that comes', () => {
  test('takes effect within the remembered 5 seconds, or at once after forget', async () => {
    const gate = world()
    const ask = () => statusOf(gate.guard.authorize(mole, erase))
    expect(await ask()).toBe(403)
    pool.grant(grant)
    gate.time += 4999
    expect(await ask()).toBe(403)
    gate.guard.forget({ userId: 'mole' })
    expect(await ask()).toBe(200)
    pool.removeGrant(grant)
  })
})

describe('two requests of one user', () => {
  test('that differ only in context are two questions', async () => {
    const inOffice = { ...grant, model: 'data', condition: { ip: '10.0.0.1' } } as const
    pool.grant(inOffice)
    const { guard } = world({ model: 'data' })
    const requirement = { ...erase, context: ({ ip }: { ip: string }) => ({ ip }) }
    const from = (ip: string) => statusOf(guard.authorize(mole, requirement, { ip }))
    expect(await Promise.all([from('10.0.0.1'), from('10.0.0.2')])).toEqual([200, 403])
    expect(await Promise.all([from('10.0.0.2'), from('10.0.0.1')])).toEqual([403, 200])
    expect(pool.requests.filter(({ path }) => path.endsWith('check-permission'))).toHaveLength(2)
    // Without any context a condition does not hold.
    expect(await statusOf(guard.authorize(mole, erase))).toBe(403)
    pool.removeGrant(inOffice)
  })

  test('that differ only in the namespace are two questions', async () => {
    const inShop = { ...grant, namespace: 'shop' }
    pool.grant(inShop)
    const { guard } = world()
    expect(await statusOf(guard.authorize(mole, { ...erase, namespace: 'shop' }))).toBe(200)
    expect(await statusOf(guard.authorize(mole, { ...erase, namespace: 'forum' }))).toBe(403)
    expect(await statusOf(guard.authorize(mole, erase))).toBe(403)
    expect(await statusOf(world({ namespace: 'shop' }).guard.authorize(mole, erase))).toBe(200)
    pool.removeGrant(inShop)
  })

  test('with two tokens are one question: who they are is all that Authing is told', async () => {
    pool.grant(grant)
    const { guard } = world()
    await guard.authorize(mole, erase)
    await guard.authorize(user({ userId: 'mole', tokenType: 'id_token', claims: { exp: today, nonce: 'n' } }), erase)
    expect(pool.requests.filter(({ path }) => path.endsWith('is-action-allowed'))).toHaveLength(1)
    // An access key that acts for them is somebody else.
    await guard.authorize(delegate({ userId: 'mole' }), erase)
    expect(pool.requests.filter(({ path }) => path.endsWith('is-action-allowed'))).toHaveLength(2)
    pool.removeGrant(grant)
  })
})

describe('the two models', () => {
  test('know nothing of each other', async () => {
    const [acl, data] = [grant, { ...grant, model: 'data' as const }]
    const ask = (model: string) => statusOf(world({ model }).guard.authorize(mole, erase))
    pool.grant(acl)
    expect([await ask('acl'), await ask('data')]).toEqual([200, 403])
    pool.removeGrant(acl)
    pool.grant(data)
    expect([await ask('acl'), await ask('data')]).toEqual([403, 200])
    pool.removeGrant(data)
  })
})

describe('every management token that was issued', () => {
  test('expires at the pool, and is replaced unseen', async () => {
    let time = 1_700_000_000_000
    await using other = await createUserPool({ apps: [{ algorithm: 'ES256' }], grants: [grant], now: () => time })
    const { userPoolId: accessKeyId, userPoolSecret: accessKeySecret, managementHost: host } = other
    const options = { accessKeyId, accessKeySecret, host, model: 'acl', onWarning: () => {} } as const
    // Here time stands still: this side takes the token for a good one.
    const { guard } = asking(options)
    expect(await statusOf(guard.authorize(mole, erase))).toBe(200)
    time += 7_200_000
    expect(await statusOf(guard.authorize(user({ userId: 'ratty' }), erase))).toBe(403)
    expect(other.requests.map(({ path }) => path.replace('/api/v3/', ''))).toEqual([
      'get-management-token',
      'is-action-allowed',
      'is-action-allowed',
      'get-management-token',
      'is-action-allowed',
    ])
  })
})
