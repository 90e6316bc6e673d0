import { createUserPool, type UserPoolOptions } from 'authing-guard/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { serving } from '../support/http.js'

// The webhooks that the local user pool sends, to a receiver that keeps what it gets.

interface Received {
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
}

const secret = 'the request secret of the webhook'
let received: Received[] = []
let status = 200
const receiver = serving(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  received.push({ headers: request.headers, text })
  response.writeHead(status).end()
})
beforeEach(() => {
  received = []
  status = 200
})

const poolWith = (webhook: object = {}, more: UserPoolOptions = {}) =>
  createUserPool({ users: [{ id: 'mole' }], ...more, webhook: { url: receiver.origin, secret, ...webhook } })
const bodies = () => received.map(({ text }) => JSON.parse(text))

describe('a user pool with a webhook', () => {
  test('tells that a user was blocked, and suspends them', async () => {
    await using pool = await poolWith()
    expect(await pool.block('mole')).toEqual({ eventName: 'user:blocked', status: 200 })
    expect(pool.users).toMatchObject([{ id: 'mole', status: 'Suspended' }])
    expect(bodies()).toMatchObject([
      { eventName: 'user:blocked', data: { user: { id: 'mole', blocked: true, userPoolId: pool.userPoolId } } },
    ])
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'authing-webhook@2.0',
      'x-authing-userpool-id': pool.userPoolId,
      'x-authing-webhook-secret': secret,
      'x-authing-token': secret,
    })
  })

  test('tells that a user was kicked, of one application or of all', async () => {
    await using pool = await poolWith({}, { apps: [{ appId: 'one' }, { appId: 'two' }] })
    await pool.kick('mole')
    await pool.kick('mole', { appId: 'two' })
    expect(bodies()).toMatchObject([
      { eventName: 'kick', data: { users: [{ id: 'mole', blocked: false }] } },
      { eventName: 'kick', data: { users: [{ id: 'mole' }], application: { id: 'two' } } },
    ])
    expect(bodies()[0].data).not.toHaveProperty('application')
    expect(() => pool.kick('mole', { appId: 'three' })).toThrow("no application 'three'")
    expect(() => pool.kick('mole', { app: 'two' } as never)).toThrow("the options of kick has no 'app'")
  })

  test('tells that a user was removed, and that roles and grants have changed', async () => {
    await using pool = await poolWith()
    const grant = { userId: 'mole', resource: 'book:1', action: 'book:read' }
    await pool.setRoles('mole', ['admin'])
    await pool.grant(grant)
    await pool.removeGrant(grant)
    await pool.removeUser('mole')
    expect(bodies().map(({ eventName }) => eventName)).toEqual([
      ...['role:assigned', 'permission:add', 'permission:revoke', 'user:deleted'],
    ])
    expect(bodies()[0].data).toEqual({ userIds: ['mole'], groupIds: [], nodeIds: [] })
    expect(bodies()[3].data.users).toMatchObject([{ id: 'mole' }])
  })

  test.each(['x-authing-webhook-secret', 'x-authing-token'] as const)(
    'sends the secret in %s alone',
    async (header) => {
      await using pool = await poolWith({ header })
      await pool.kick('mole')
      const names = Object.keys(received[0]?.headers ?? {}).filter((name) => /secret|token/.test(name))
      expect(names).toEqual([header])
    },
  )

  test('sends a form', async () => {
    await using pool = await poolWith({ format: 'form' })
    await pool.kick('mole')
    const [{ headers, text } = { headers: {}, text: '' }] = received
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    const form = new URLSearchParams(text)
    expect(form.get('eventName')).toBe('kick')
    expect(JSON.parse(form.get('data') ?? '')).toMatchObject({ users: [{ id: 'mole' }] })
  })

  test('tells the status of the answer, and goes on without one', async () => {
    await using pool = await poolWith()
    status = 503
    expect(await pool.kick('mole')).toEqual({ eventName: 'kick', status: 503 })
    await using unheard = await poolWith({ url: 'http://127.0.0.1:1/' })
    expect(await unheard.block('mole')).toEqual({ eventName: 'user:blocked', status: undefined })
    expect(unheard.users).toMatchObject([{ status: 'Suspended' }])
  })
})

test('a user pool without a webhook sends nothing, and changes all the same', async () => {
  await using pool = await createUserPool({ users: [{ id: 'mole' }] })
  expect(await pool.block('mole')).toBeUndefined()
  expect(await pool.kick('mole')).toBeUndefined()
  expect(pool.users).toMatchObject([{ status: 'Suspended' }])
  expect(() => pool.block('rat')).toThrow("there is no user 'rat'")
  expect(() => pool.kick('rat')).toThrow("there is no user 'rat'")
})

test.each([
  [{ secret }, "a webhook's url is missing"],
  [{ url: 'mole', secret }, 'must be an http or https URL'],
  [{ url: 'ftp://127.0.0.1/', secret }, 'must be an http or https URL'],
  [{ url: 'http://127.0.0.1/' }, "a webhook's secret is missing"],
  [{ url: 'http://127.0.0.1/', secret: 'short' }, 'at least 16 characters'],
  [{ url: 'http://127.0.0.1/', secret, format: 'xml' }, "a webhook's format must be one of 'json', 'form'"],
  [{ url: 'http://127.0.0.1/', secret, header: 'x-secret' }, "a webhook's header must be one of"],
  [{ url: 'http://127.0.0.1/', secret, events: [] }, "webhook has no 'events'"],
])('the option webhook %j is an error', async (webhook, message) => {
  await expect(createUserPool({ webhook } as never)).rejects.toThrow(message)
})
