import type { Requirement } from 'authing-guard'
import { createUserPool, type Fault, type UserPool } from 'authing-guard/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { refusalOf, statusOf, user } from '../authorization/callers.js'
import { leakIn, tracesOf } from '../support/leaks.js'
import { accessKeySecret, asking, authing, managementToken, ok, poolId, Raw } from './authing.js'

// Authing gives no answer, or none that is one: 503, never a 200, never a 403, and nothing of it is remembered.

const erase: Requirement = { action: 'book:delete', resource: 'book:1' }
const kinds = [
  ['is-action-allowed', { model: 'acl' }, erase],
  ['check-permission', { model: 'data' }, erase],
  ['has-any-role', { model: 'acl' }, { role: 'admin' }],
] as const

/** Lets real sockets go on while the time-out's clock stands still. */
const until = async (isThere: () => boolean) => {
  while (!isThere()) await new Promise((turn) => setImmediate(turn))
}

describe.each(kinds)('where %s is down', (check, options, requirement) => {
  let pool: UserPool
  beforeAll(async () => {
    const who = { userId: 'mole', resource: '*', action: '*' }
    pool = await createUserPool({
      apps: [{ algorithm: 'ES256' }],
      users: [{ id: 'mole', roles: ['admin'] }],
      grants: [who, { ...who, model: 'data' }],
    })
  })
  afterAll(() => pool.close())
  afterEach(() => {
    vi.useRealTimers()
    pool.comeUp()
  })

  const world = () => {
    const { userPoolId: accessKeyId, userPoolSecret, managementHost: host } = pool
    return asking({ accessKeyId, accessKeySecret: userPoolSecret, host, onWarning: () => {}, ...options })
  }
  const faults: readonly (readonly [Fault, RegExp])[] = [
    ['refuse', /could not reach /],
    ['hang', /no answer within 2 s|did not answer within 2 s/],
    ['drip', /no answer within 2 s|did not answer within 2 s/],
    ['error', /answered 500$/],
    ['busy', /answered 429$/],
    ['missing', /answered 404$/],
    ['redirect', /answered 302$/],
    ['html', /did not answer JSON$/],
    ['truncated', /did not answer JSON$/],
    ['empty', /answered no statusCode$/],
    ['huge', /answered more than 262144 bytes$/],
    ['bomb', /answered more than 262144 bytes$/],
  ]

  describe.each([check, 'get-management-token'])('%s', (path) => {
    test.each(faults)('%s', async (how, says) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      const { guard, events } = world()
      const ask = () => guard.authorize(user({ userId: 'mole' }), requirement)
      pool.goDown({ fault: how, path: `/${path}` })
      pool.clearRequests()
      const verdict = refusalOf(ask())
      if (how === 'hang' || how === 'drip') {
        await until(() => pool.requests.some((request) => request.path.endsWith(path)))
        await vi.advanceTimersByTimeAsync(2000)
      }
      const refusal = await verdict
      expect(refusal).toMatchObject({ status: 503, reason: 'permission_unavailable' })
      expect(refusal.headers).toEqual({ 'Cache-Control': 'no-store', 'Retry-After': '1' })
      expect(events).toMatchObject([{ status: 503, reason: 'permission_unavailable', detail: refusal.detail }])
      expect(refusal.detail).toMatch(says)
      expect(JSON.stringify(refusal)).not.toMatch(/127\.0\.0\.1|api\/v3/)
      expect(leakIn(tracesOf(refusal, events), [pool.userPoolSecret])).toBeUndefined()
    })
  })

  test('the next question is asked anew, and its answer counts', async () => {
    const { guard } = world()
    const ask = () => statusOf(guard.authorize(user({ userId: 'mole' }), requirement))
    const other = () => statusOf(guard.authorize(user({ userId: 'ratty' }), requirement))
    // A management token is at hand from here on.
    expect(await other()).toBe(403)
    pool.goDown({ fault: 'html', path: check })
    expect(await ask()).toBe(503)
    // What is known goes on to be known meanwhile.
    expect(await other()).toBe(403)
    pool.comeUp()
    expect(await ask()).toBe(200)
  })

  test('slowly, but in time, it is answered', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { guard } = world()
    pool.clearRequests()
    pool.slowDown(0.9)
    const verdict = statusOf(guard.authorize(user({ userId: 'mole' }), requirement))
    for (const path of ['get-management-token', check]) {
      await until(() => pool.requests.some((request) => request.path.endsWith(path)))
      await until(() => vi.getTimerCount() > 2)
      await vi.advanceTimersByTimeAsync(900)
    }
    expect(await verdict).toBe(200)
    pool.slowDown(0)
  })
})

const withCode = (code: unknown) => Object.assign(new Error('x'), { code })
const fails = (options: ErrorOptions) => () => Promise.reject(new Error('failed', options))

describe('an unusable answer', () => {
  const server = authing()
  beforeEach(() => {
    server.script = () => undefined
    server.requests.length = 0
  })

  const noEnvelope: readonly (readonly [string, object, RegExp])[] = [
    [
      'statusCode 403 in a 200',
      { statusCode: 403, apiCode: 2333, message: 'x' },
      /answered statusCode 403, apiCode 2333$/,
    ],
    ['statusCode 404 in a 200', { statusCode: 404, message: 'x' }, /answered statusCode 404$/],
    ['statusCode 500 in a 200', { statusCode: 500, data: { allowed: true } }, /answered statusCode 500$/],
    ['statusCode 401 for ever', { statusCode: 401, data: { allowed: true } }, /answered statusCode 401$/],
    ['HTTP 401 for ever', new Raw(401, '{"statusCode":200,"data":{"allowed":true}}'), /answered statusCode 401$/],
    ['HTTP 403', new Raw(403, '{"statusCode":200,"data":{"allowed":true}}'), /answered 403$/],
    ['HTTP 201', new Raw(201, '{"statusCode":200,"data":{"allowed":true}}'), /answered 201$/],
    ["statusCode '200'", { statusCode: '200', data: { allowed: true } }, /answered no statusCode$/],
    ['no statusCode', { code: 200, data: { allowed: true } }, /answered no statusCode$/],
    ['no data', { statusCode: 200 }, /answered statusCode 200 without data$/],
    ['data that is null', { statusCode: 200, data: null }, /answered statusCode 200 without data$/],
    ['data that is a list', { statusCode: 200, data: [{ allowed: true }] }, /answered statusCode 200 without data$/],
    ['data that is true', { statusCode: 200, data: true }, /answered statusCode 200 without data$/],
    ['a list', [{ statusCode: 200, data: { allowed: true } }], /answered no statusCode$/],
    ['true', new Raw(200, 'true'), /answered no statusCode$/],
    ['nothing', new Raw(200, ''), /did not answer JSON$/],
  ]

  describe.each(kinds)('to %s', (check, options, requirement) => {
    test.each(noEnvelope)('%s', async (_, reply, says) => {
      const { guard } = asking(server.options(options))
      server.script = ({ path }) => (path.endsWith(check) ? reply : undefined)
      const refusal = await refusalOf(guard.authorize(user(), requirement))
      expect(refusal.status).toBe(503)
      expect(refusal.detail).toMatch(says)
      server.script = () => undefined
      expect(await statusOf(guard.authorize(user(), requirement))).toBe(200)
    })
  })

  const flags = [1, 'true', 'false', null, undefined, {}, [], [true]]
  test.each(flags)('is-action-allowed: allowed is %j', async (allowed) => {
    server.script = ({ path }) => (path.endsWith('allowed') ? ok({ allowed }) : undefined)
    const refusal = await refusalOf(asking(server.options()).guard.authorize(user(), erase))
    expect(refusal).toMatchObject({ status: 503 })
    expect(refusal.detail).toBe('checkPermission failed: is-action-allowed answered no allowed')
  })

  test.each(flags)('has-any-role: hasAnyRole is %j', async (hasAnyRole) => {
    server.script = ({ path }) => (path.endsWith('role') ? ok({ hasAnyRole }) : undefined)
    const refusal = await refusalOf(asking(server.options()).guard.authorize(user(), { role: 'admin' }))
    expect(refusal).toMatchObject({ status: 503, detail: 'hasRole failed: has-any-role answered no hasAnyRole' })
  })

  const good = { namespaceCode: 'default', resource: 'book:1', action: 'book:delete', enabled: true }
  const leftOut = 'check-permission left out a resource that it was asked about'
  test.each([
    ['no list', undefined, 'check-permission answered no checkResultList'],
    ['an object, as the samples of the reference print it', good, 'check-permission answered no checkResultList'],
    ['an empty list', [], leftOut],
    ['a list of something else', [null, 'book:1', true, [good]], leftOut],
    ['another resource', [{ ...good, resource: 'book:2' }], leftOut],
    ['a resource that is not a string', [{ ...good, resource: ['book:1'] }], leftOut],
    ['another action', [{ ...good, action: 'book:read' }], leftOut],
    ['another namespace', [{ ...good, namespaceCode: 'shop' }], leftOut],
    ["enabled: 'true'", [{ ...good, enabled: 'true' }], 'check-permission answered no enabled'],
    ['nothing enabled', [{ ...good, enabled: undefined }], 'check-permission answered no enabled'],
  ])('check-permission: %s', async (_, checkResultList, says) => {
    server.script = ({ path }) => (path.endsWith('permission') ? ok({ checkResultList }) : undefined)
    const { guard } = asking(server.options({ model: 'data' }))
    const refusal = await refusalOf(guard.authorize(user(), erase))
    expect(refusal).toMatchObject({ status: 503, detail: `checkPermission failed: ${says}` })
  })

  test('check-permission: what is answered twice, once with no, is a no', async () => {
    for (const enabled of [true, false]) {
      const checkResultList = [
        { ...good, enabled },
        { ...good, enabled: !enabled },
      ]
      server.script = ({ path }) => (path.endsWith('permission') ? ok({ checkResultList }) : undefined)
      const { guard } = asking(server.options({ model: 'data' }))
      expect(await statusOf(guard.authorize(user(), erase))).toBe(403)
    }
  })

  test('a context that Authing does not know is an outage, and the event says which ones it knows', async () => {
    const { guard, events } = asking(server.options({ model: 'data' }))
    expect(await statusOf(guard.authorize(user(), { ...erase, context: { hour: '23' } }))).toBe(503)
    expect(events).toMatchObject([
      {
        detail: expect.stringMatching(
          /^checkPermission failed: authing-guard: a context for Authing holds strings, under/,
        ),
      },
    ])
  })

  test('a wrong secret is an outage, not a no; it is in no error, event or trace, nor is the token', async () => {
    server.script = ({ path }) => (path.endsWith('token') ? { statusCode: 403, message: accessKeySecret } : undefined)
    const { guard, events } = asking(server.options())
    const refusal = await refusalOf(guard.authorize(user(), erase))
    expect(refusal.detail).toMatch(
      /get-management-token answered statusCode 403: check accessKeyId and accessKeySecret$/,
    )
    server.script = ({ path }) =>
      path.endsWith('allowed') ? { statusCode: 500, message: managementToken() } : undefined
    const second = asking(server.options())
    const other = await refusalOf(second.guard.authorize(user(), erase))
    expect(other.detail).toMatch(/is-action-allowed answered statusCode 500$/)
    const secrets = [accessKeySecret, managementToken(), poolId]
    expect(leakIn(tracesOf(refusal, events) + tracesOf(other, second.events), secrets)).toBeUndefined()
  })

  test('a fetch of one’s own that puts the request on its error gives nothing away', async () => {
    const fetching = async (url: string, init: RequestInit) => {
      if (url.endsWith('token')) return fetch(url, init)
      throw Object.assign(new Error(`failed: ${JSON.stringify(init)}`), { config: init, cause: { code: 7 } })
    }
    const { guard, events } = asking(server.options({ fetch: fetching }))
    const refusal = await refusalOf(guard.authorize(user(), erase))
    expect(refusal.detail).toMatch(/could not reach \S+\/api\/v3\/is-action-allowed$/)
    expect(leakIn(tracesOf(refusal, events), [managementToken(), accessKeySecret])).toBeUndefined()
  })

  test('a fetch of one’s own that answers nothing is an outage', async () => {
    const { guard } = asking(server.options({ fetch: async () => undefined as never }))
    const refusal = await refusalOf(guard.authorize(user(), erase))
    expect(refusal).toMatchObject({
      status: 503,
      detail: expect.stringContaining('the fetch option did not return a web Response'),
    })
  })

  test('a fetch of one’s own whose busy answer has no headers is an outage', async () => {
    const { guard, events } = asking(server.options({ fetch: async () => ({ status: 429, body: null }) as never }))
    const refusal = await refusalOf(guard.authorize(user(), erase))
    expect(refusal).toMatchObject({ status: 503, reason: 'permission_unavailable' })
    expect(leakIn(tracesOf(refusal, events), [accessKeySecret])).toBeUndefined()
  })

  test.each([
    ['nothing at all', async () => new Response(), /is-action-allowed did not answer JSON$/],
    ['an error with a code', fails({ cause: withCode('ECONNRESET') }), /could not reach \S+: ECONNRESET$/],
    ['an error with a code that is a text', fails({ cause: withCode('token=secret') }), /could not reach \S+$/],
    ['an error with a code that is a number', fails({ cause: withCode(7) }), /could not reach \S+$/],
    ['an error whose cause has no code', fails({ cause: new Error('x') }), /could not reach \S+$/],
    ['an error without a cause', fails({}), /could not reach \S+$/],
    ['no error', () => Promise.reject('x'), /could not reach \S+$/],
  ])('a fetch of one’s own that brings %s', async (_, answer, says) => {
    const fetching = (url: string, init: RequestInit) => (url.endsWith('token') ? fetch(url, init) : answer())
    const { guard } = asking(server.options({ fetch: fetching }))
    expect((await refusalOf(guard.authorize(user(), erase))).detail).toMatch(says)
  })

  test('nobody at the address: the reason is in the event', async () => {
    const { guard, events } = asking({ ...server.options(), host: 'http://127.0.0.1:9' })
    expect(await statusOf(guard.authorize(user(), erase))).toBe(503)
    expect(events).toMatchObject([{ detail: expect.stringMatching(/could not reach \S+(: [A-Z]+)?$/) }])
  })
})
