import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { authingErrorHandler, authingGuard } from 'authing-guard/express'
import { authingPermissions } from 'authing-guard/permissions'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import express from 'express'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { machine, statusOf, user } from '../authorization/callers.js'
import { asking, authing } from './authing.js'

// How often Authing is asked, counted where it is asked.

let pool: UserPool
beforeAll(async () => {
  const who = { userId: 'mole', action: 'book:delete' }
  pool = await createUserPool({
    apps: [{ algorithm: 'ES256' }],
    users: [{ id: 'mole', roles: ['admin'] }],
    grants: [
      { ...who, resource: 'book:*' },
      { ...who, resource: '*', model: 'data' },
      { ...who, resource: 'book:13', model: 'data', effect: 'deny' },
    ],
  })
})
afterAll(() => pool.close())
beforeEach(() => pool.clearRequests())

const [acl, data] = ['acl', 'data'] as const
const optionsFor = (model: 'acl' | 'data') => ({
  accessKeyId: pool.accessKeys[0]?.accessKeyId ?? '',
  accessKeySecret: pool.accessKeys[0]?.accessKeySecret ?? '',
  host: pool.managementHost,
  model,
})
const counts = () => {
  const asked = pool.requests.map(({ path }) => path.replace('/api/v3/', ''))
  return Object.fromEntries([...new Set(asked)].map((path) => [path, asked.filter((one) => one === path).length]))
}
const erase = (book: number) => ({ action: 'book:delete', resource: `book:${book}` })
const mole = user({ userId: 'mole' })

describe('1,000 concurrent requests of one caller with one question', () => {
  test('over HTTP, through Express: one call upstream', async () => {
    // The clock stands still: an answer holds for 5 s, and a busy machine takes longer for 1,000 requests.
    const time = Date.now()
    const checkPermission = authingPermissions(optionsFor(acl))
    const guard = authingGuard({ ...pool.guardOptions, now: () => time, checkPermission })
    const app = express()
    app.delete('/books/1', guard.require(erase(1)), (_req, res) => void res.json({}))
    app.use(authingErrorHandler)
    const server = app.listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    const { port } = server.address() as AddressInfo
    const agent = new Agent({ maxSockets: 250 })
    const headers = { authorization: `Bearer ${pool.mint({ userId: 'mole' })}` }
    const ask = () =>
      new Promise((done, failed) => {
        const options = { port, path: '/books/1', method: 'DELETE', agent, headers }
        request(options, (reply) => reply.resume().on('end', () => done(reply.statusCode)))
          .on('error', failed)
          .end()
      })
    const statuses = await Promise.all(Array.from({ length: 1000 }, ask))
    agent.destroy()
    server.close()
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(counts()).toMatchObject({ 'get-management-token': 1, 'is-action-allowed': 1 })
  })

  test.each([
    ['is-action-allowed', acl, erase(1)],
    ['check-permission', data, erase(1)],
    ['has-any-role', acl, { role: 'admin' }],
  ] as const)('in plain code: one %s', async (path, model, requirement) => {
    const { guard } = asking(optionsFor(model))
    const verdicts = Array.from({ length: 1000 }, () => statusOf(guard.authorize(mole, requirement)))
    expect(new Set(await Promise.all(verdicts))).toEqual(new Set([200]))
    expect(counts()).toEqual({ 'get-management-token': 1, [path]: 1 })
  })
})

describe('100 resources in one tick', () => {
  const all = Array.from({ length: 100 }, (_, book) => erase(book))

  test("are one call in model 'data', each with its own answer", async () => {
    const { guard } = asking(optionsFor(data))
    const statuses = await Promise.all(all.map((one) => statusOf(guard.authorize(mole, one))))
    expect(statuses).toEqual(all.map((_, book) => (book === 13 ? 403 : 200)))
    expect(counts()).toEqual({ 'get-management-token': 1, 'check-permission': 1 })
  })

  test("are 100 in model 'acl': its API takes one resource a call", async () => {
    const { guard } = asking(optionsFor(acl))
    await Promise.all(all.map((one) => guard.authorize(mole, one)))
    expect(counts()).toEqual({ 'get-management-token': 1, 'is-action-allowed': 100 })
  })

  test('and the next 100 questions are none: all are remembered', async () => {
    const { guard } = asking(optionsFor(data))
    await Promise.all(all.map((one) => statusOf(guard.authorize(mole, one))))
    pool.clearRequests()
    await Promise.all(all.map((one) => statusOf(guard.authorize(mole, one))))
    expect(counts()).toEqual({})
  })

  test('behind a role that is being asked about are one call as well', async () => {
    const { guard } = asking(optionsFor(data))
    const statuses = all.map((one) => statusOf(guard.authorize(mole, { ...one, role: 'admin' })))
    expect((await Promise.all(statuses)).filter((status) => status === 200)).toHaveLength(99)
    expect(counts()).toEqual({ 'get-management-token': 1, 'has-any-role': 1, 'check-permission': 1 })
  })

  test('250 are three calls', async () => {
    const { guard } = asking(optionsFor(data))
    const many = Array.from({ length: 250 }, (_, book) => statusOf(guard.authorize(mole, erase(book))))
    expect((await Promise.all(many)).filter((status) => status === 200)).toHaveLength(249)
    expect(counts()).toMatchObject({ 'check-permission': 3 })
  })
})

describe('what is asked in one tick', () => {
  const server = authing()
  beforeEach(() => {
    server.requests.length = 0
    server.script = () => undefined
  })
  const bodies = () => server.requests.filter(({ path }) => path.endsWith('check-permission')).map(({ body }) => body)

  test('is one call for one caller, action, namespace and context', async () => {
    const { guard } = asking(server.options({ model: 'data' }))
    const requirement = { action: 'a', resource: '1', namespace: 'n', context: { ip: '1', city: 'x' } }
    const different = [
      requirement,
      { ...requirement, resource: '2', context: { city: 'x', ip: '1' } },
      { ...requirement, action: 'b' },
      { ...requirement, namespace: 'm' },
      { ...requirement, context: { ip: '2', city: 'x' } },
    ]
    await Promise.all(different.map((one) => guard.authorize(mole, one)))
    await Promise.all([guard.authorize(user({ userId: 'ratty' }), requirement)])
    const environment = { city: 'x', ip: '1' }
    expect(bodies()).toMatchObject([
      { userId: 'mole', action: 'a', namespaceCode: 'n', resources: ['1', '2'], authEnvParams: environment },
      { userId: 'mole', action: 'b', namespaceCode: 'n', resources: ['1'], authEnvParams: environment },
      { userId: 'mole', action: 'a', namespaceCode: 'm', resources: ['1'], authEnvParams: environment },
      { userId: 'mole', action: 'a', namespaceCode: 'n', resources: ['1'], authEnvParams: { city: 'x', ip: '2' } },
      { userId: 'ratty', resources: ['1'] },
    ])
  })

  test('holds each resource once', async () => {
    const permissions = authingPermissions(server.options({ model: 'data' }))
    const question = { action: 'a', resource: '1', namespace: undefined, context: undefined }
    const { signal } = new AbortController()
    expect(await Promise.all([1, 2].map(() => permissions.check(mole, question, { signal })))).toEqual([true, true])
    expect(bodies()).toMatchObject([{ resources: ['1'] }])
  })

  test('is answered even where one of those who asked waits no longer; where none does, the call ends', async () => {
    const aborted: unknown[] = []
    const held: (() => void)[] = []
    const fetching = async (url: string, init: RequestInit) => {
      if (url.endsWith('check-permission')) {
        init.signal?.addEventListener('abort', () => aborted.push(init.signal?.reason))
        await new Promise<void>((go, stop) => {
          held.push(go)
          init.signal?.addEventListener('abort', () => stop(init.signal?.reason))
        })
      }
      return fetch(url, init)
    }
    const permissions = authingPermissions(server.options({ model: 'data', fetch: fetching }))
    const ask = (resource: string, signal: AbortSignal) =>
      permissions.check(mole, { action: 'a', resource, namespace: undefined, context: undefined }, { signal })
    const [one, other] = [new AbortController(), new AbortController()]

    const verdicts = [ask('1', one.signal), ask('2', other.signal), ask('3', AbortSignal.abort())]
    await expect.poll(() => held.length).toBe(1)
    one.abort()
    await new Promise((turn) => setImmediate(turn))
    expect(aborted).toEqual([])
    held[0]?.()
    expect(await Promise.all(verdicts)).toEqual([true, true, true])

    // From here on no other time-out could end it.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const [third, fourth] = [new AbortController(), new AbortController()]
    const ended = Promise.allSettled([ask('4', third.signal), ask('5', fourth.signal)])
    while (held.length < 2) await new Promise((turn) => setImmediate(turn))
    aborted.length = 0
    third.abort()
    fourth.abort()
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(aborted).toHaveLength(1)
    vi.useRealTimers()
  })

  test('fails together, and is asked anew', async () => {
    const { guard } = asking(server.options({ model: 'data' }))
    const ask = () =>
      Promise.all(['1', '2'].map((resource) => statusOf(guard.authorize(mole, { action: 'a', resource }))))
    server.script = ({ path }) => (path.endsWith('check-permission') ? { statusCode: 500 } : undefined)
    expect(await ask()).toEqual([503, 503])
    server.script = () => undefined
    expect(await ask()).toEqual([200, 200])
    expect(bodies()).toHaveLength(2)
  })

  test('fails alone where one resource is not answered', async () => {
    const { guard } = asking(server.options({ model: 'data' }))
    const answered = { namespaceCode: 'default', action: 'a', resource: '1', enabled: true }
    server.script = ({ path }) =>
      path.endsWith('check-permission') ? { statusCode: 200, data: { checkResultList: [answered] } } : undefined
    const ask = (resource: string) => statusOf(guard.authorize(mole, { action: 'a', resource }))
    expect(await Promise.all([ask('1'), ask('2')])).toEqual([200, 503])
  })
})

describe('nobody is asked', () => {
  test('about what the token says, about machines, and about the anonymous', async () => {
    const guard = asking(optionsFor(acl), { credentials: 'optional' }).guard
    expect(await statusOf(guard.authorize(machine(), erase(1)))).toBe(403)
    expect(await statusOf(guard.authorize(mole, { ...erase(1), scope: 'book:write' }))).toBe(403)
    expect(await statusOf(guard.authorize(mole, { ...erase(1), kind: 'delegate' }))).toBe(403)
    expect(await statusOf(guard.require(erase(1)).authenticate(undefined))).toBe(401)
    expect(counts()).toEqual({})
  })
})
