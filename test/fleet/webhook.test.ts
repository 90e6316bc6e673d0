import { createUserPool } from 'authing-guard/testing'
import { AuthenticationClient } from 'authing-wxapp-sdk'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { quietPort } from '../support/ports.js'
import { buildInstance, type Instance, removeInstance, startInstance } from './instances.js'
import { hasRedis, type Server, startRedis } from './servers.js'

// The whole circle: Authing's own SDK signs a user in, the user pool blocks them and says so, and two processes that share
// a real Redis refuse the token.

const webhookSecret = 'the request secret of the webhook'
const userPoolId = '59f86b4832eb28071bdd9214'

test.runIf(!hasRedis)('redis-server is left out: it is not installed here', () => {
  expect(hasRedis).toBe(false)
})

describe.runIf(hasRedis)('two processes, Redis, and the webhooks of a user pool', { timeout: 60_000 }, () => {
  let server: Server
  let processes: readonly Instance[] = []
  const storage = new Map<string, unknown>()
  beforeAll(async () => {
    vi.stubGlobal('wx', {
      getStorageSync: (key: string) => storage.get(key) ?? '',
      setStorageSync: (key: string, value: unknown) => storage.set(key, value),
    })
    await buildInstance()
    server = await startRedis()
    processes = await Promise.all([startInstance(), startInstance()])
  }, 60_000)
  afterAll(async () => {
    vi.unstubAllGlobals()
    await Promise.all(processes.map((one) => one.stop()))
    await server.stop()
    removeInstance()
  })

  /** A pool whose webhook leads to the first of two processes. */
  const begin = async (prefix: string, webhook: object = {}) => {
    const port = await quietPort()
    const pool = await createUserPool({
      userPoolId,
      users: [{ id: 'mole' }, { id: 'rat' }],
      miniProgramCodes: { 'code of mole': 'mole', 'code of rat': 'rat' },
      webhook: { url: `http://127.0.0.1:${port}/webhook`, secret: webhookSecret, ...webhook },
    })
    const { issuer, appId } = pool
    const options = {
      issuer,
      appId,
      url: server.url,
      secret: 'the secret that seals what is stored',
      prefix,
      timeout: 0.5,
    }
    const [first, second] = processes
    await first?.begin({ ...options, port, webhook: { secret: webhookSecret, userPoolId } })
    await second?.begin(options)
    return pool
  }
  const signIn = async (host: string, code: string) => {
    await new AuthenticationClient({ userPoolId, host }).loginByCode(code)
    return String(storage.get('_authing_token'))
  }
  const statuses = (token: string) => Promise.all(processes.map((one) => one.ask(token)))
  /** Until the second is over in which a token was revoked: one that was issued within it is refused too. */
  const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1010 - (Date.now() % 1000)))

  test.each([
    ['block', 'user:blocked', {}],
    ['kick', 'kick', { format: 'form', header: 'x-authing-token' }],
    ['removeUser', 'user:deleted', { format: 'json', header: 'x-authing-webhook-secret' }],
  ] as const)('after %s both processes refuse the token, and accept a new sign-in', async (how, eventName, webhook) => {
    await using pool = await begin(`circle-${how}`, webhook)
    const [mole, rat] = [await signIn(pool.host, 'code of mole'), await signIn(pool.host, 'code of rat')]
    expect(await statuses(mole)).toEqual([200, 200])
    expect(await statuses(rat)).toEqual([200, 200])
    const start = performance.now()
    expect(await pool[how]('mole')).toEqual({ eventName, status: 200 })
    await vi.waitFor(async () => expect(await statuses(mole)).toEqual([401, 401]), { timeout: 10_000, interval: 20 })
    console.log(`${eventName}: refused by both ${Math.round(performance.now() - start)} ms after it was sent`)
    expect(await statuses(rat)).toEqual([200, 200])
    await nextSecond()
    if (how === 'removeUser') pool.addUser({ id: 'mole' })
    expect(await statuses(await signIn(pool.host, 'code of mole'))).toEqual([200, 200])
    expect(await statuses(mole)).toEqual([401, 401])
    const report = await processes[0]?.report()
    expect(report?.events.filter(({ type }) => type === 'webhook_received')).toMatchObject([
      { eventName, result: 'revoked', users: 1, status: 200 },
    ])
  })
})
