import KeyvPostgres from '@keyv/postgres'
import { createClient } from '@keyv/redis'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { InstanceOptions } from './instance.js'
import { buildInstance, type Instance, removeInstance, startInstance } from './instances.js'
import { hasPostgres, hasRedis, type Server, startPostgres, startRedis } from './servers.js'

// Three real processes, a real store, a real issuer on loopback. The processes are there before, and begin with nothing
// for each fact: an issuer of its own, and its own part of the store. Both stores at once, since much of it is waiting.

const secret = 'the secret that seals what is stored'
const userIds = ['5f719946524ee1099229496b', '5f9976a7389b6dccb23a4c54', '600a8f4e37708b363024a3ca']
const stores = [
  ['redis-server', hasRedis, startRedis],
  ['PostgreSQL', hasPostgres, startPostgres],
] as const

beforeAll(buildInstance, 60_000)
afterAll(removeInstance)

test.each(stores.filter(([, isThere]) => !isThere))('%s is left out: it is not installed here', () => {
  expect(hasRedis && hasPostgres).toBe(false)
})

describe.each(stores.filter(([, isThere]) => isThere))(
  'three processes and %s',
  { timeout: 120_000, concurrent: true },
  (kind, _, start) => {
    let server: Server
    let pool: UserPool
    let instances: Instance[] = []
    let prefix = ''
    let processes: readonly Instance[] = []
    beforeAll(async () => {
      server = await start()
      processes = await Promise.all(Array.from({ length: 4 }, startInstance))
    }, 60_000)
    afterAll(async () => {
      await Promise.all(processes.map((one) => one.stop()))
      await server.stop()
    })
    beforeEach(async ({ task }) => {
      prefix = `fact-${task.id}`
      pool = await createUserPool({ apps: [{ algorithm: 'ES256' }], users: userIds.map((id) => ({ id })) })
    })
    afterEach(async () => {
      instances = []
      await pool.close()
    })

    const startOne = async (more: Pick<InstanceOptions, 'timeout'> = {}) => {
      const { issuer, appId } = pool
      const instance = processes[instances.length]
      if (instance === undefined) throw new Error('there are four processes')
      instances.push(instance)
      await instance.begin({ issuer, appId, url: server.url, secret, prefix, ...more })
      return instance
    }
    const startThree = (...more: Parameters<typeof startOne>) =>
      Promise.all([startOne(...more), startOne(...more), startOne(...more)])
    const fetches = () => pool.requests.filter(({ path }) => path.endsWith('jwks.json')).length
    const all = (status: number, count: number) => Array(count).fill(status)
    const passing = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

    test.sequential('fetch the keys once in all for 3 x 1,000 requests, when they start in turn', async () => {
      const tokens = Array.from({ length: 1000 }, () => pool.mint())
      for (let turn = 0; turn < 3; turn++) {
        const instance = await startOne()
        expect(await instance.askAll(tokens)).toEqual(all(200, 1000))
      }
      expect(fetches()).toBe(1)
    })

    test.sequential('fetch the keys at most once each for 3 x 1,000 requests, when they start at once', async () => {
      const tokens = Array.from({ length: 1000 }, () => pool.mint())
      await startThree()
      const statuses = await Promise.all(instances.map((instance) => instance.askAll(tokens)))
      expect(statuses.flat()).toEqual(all(200, 3000))
      expect(fetches()).toBeLessThanOrEqual(3)
    })

    test.sequential('serve though the issuer is down, the fourth one too, which starts then', async () => {
      await startThree()
      for (const instance of instances) expect(await instance.ask(pool.mint())).toBe(200)
      pool.goDown()
      const fourth = await startOne()
      for (const instance of [...instances, fourth])
        expect(await instance.askAll([pool.mint(), pool.mint()])).toEqual([200, 200])
    })

    test.sequential('refuse on all what is revoked on one, in about a second, though it is remembered', async () => {
      const [first] = await startThree()
      const [bad, good] = [pool.mint({ claims: { jti: 'bad-token' } }), pool.mint()]
      for (const instance of instances) expect(await instance.askAll([bad, bad, bad, good])).toEqual(all(200, 4))
      await first.revoke({ tokenId: 'bad-token' })
      const revokedAt = Date.now()
      expect(await first.ask(bad)).toBe(401)
      for (const instance of instances.slice(1)) {
        for (let askedAt = 0; (await instance.ask(bad)) === 200; askedAt = Date.now()) {
          expect(askedAt - revokedAt).toBeLessThan(1000)
        }
      }
      for (const instance of instances) expect(await instance.ask(good)).toBe(200)
      // It has looked again when it resolves, by which time all of them know.
      await first.revoke({ userId: userIds[0] ?? '' })
      for (const instance of instances) expect(await instance.ask(good)).toBe(401)
    })

    test.sequential('keep all of 100 revocations that two of them write at once', async () => {
      const [first, second, third] = await startThree()
      const ids = Array.from({ length: 100 }, (_, at) => `revoked-${at}`)
      await Promise.all(ids.map((tokenId, at) => (at % 2 === 0 ? first : second).revoke({ tokenId })))
      const tokens = ids.map((jti) => pool.mint({ claims: { jti } }))
      expect(await third.askAll(tokens)).toEqual(all(401, 100))
      expect(await third.ask(pool.mint())).toBe(200)
    })

    /** Asks all instances, with a good token, a bad one and one of somebody new, until `work` is done. */
    async function traffic(good: string, bad: string, work: () => Promise<unknown>) {
      const seen = { good: new Set<number>(), bad: new Set<number>(), fresh: new Set<number>(), count: 0, slowest: 0 }
      let isOver = false
      const ask = async (instance: Instance) => {
        while (!isOver) {
          const began = performance.now()
          seen.good.add(await instance.ask(good))
          seen.slowest = Math.max(seen.slowest, performance.now() - began)
          seen.bad.add(await instance.ask(bad))
          seen.fresh.add(await instance.ask(pool.mint({ userId: userIds[2] ?? '' })))
          seen.count += 3
          // What it does not use up is the other store's.
          await passing(0.005)
        }
      }
      const asking = instances.map(ask)
      await work()
      isOver = true
      await Promise.all(asking)
      return seen
    }

    /** Until the store is there again for all of them. */
    async function untilUp() {
      const began = Date.now()
      const states = async () =>
        (await Promise.all(instances.map((instance) => instance.report()))).map(({ store }) => store)
      while ((await states()).includes('down')) {
        expect(Date.now() - began).toBeLessThan(10_000)
        await passing(0.1)
      }
    }

    test.sequential.each([
      ['killed', 2, () => server.kill(), () => server.restart()],
      ['paused', 3, async () => server.pause(), async () => server.resume()],
    ])(
      'let in no bad token and serve the good ones while it is %s in mid-traffic, and after',
      async (how, seconds, stop, go) => {
        const tokenId = `bad-when-${how}`
        const [first] = await startThree({ timeout: 1 })
        const [bad, good] = [pool.mint({ claims: { jti: tokenId } }), pool.mint({ userId: userIds[1] ?? '' })]
        for (const instance of instances) expect(await instance.askAll([bad, good, good, good])).toEqual(all(200, 4))
        await first.revoke({ tokenId })
        await passing(1)
        // All of them have seen it once, so that a store that comes back empty takes nothing from them.
        for (const instance of instances) expect(await instance.ask(bad)).toBe(401)
        await traffic(good, bad, () => passing(0.3))
        const before = await Promise.all(instances.map((instance) => instance.report()))
        const during = await traffic(good, bad, async () => {
          await stop()
          // As long as the last answer of each is older than it holds, and calls of a paused one are given up.
          await passing(seconds)
        })
        expect([[...during.good], [...during.bad]]).toEqual([[200], [401]])
        expect([...during.fresh]).toContain(503)
        expect(during.slowest).toBeLessThan(5000)
        const told = await Promise.all(instances.map((instance) => instance.report()))
        expect(told.map(({ store }) => store)).toEqual(['down', 'down', 'down'])
        await go()
        await traffic(good, bad, () => untilUp())
        const after = await traffic(good, bad, () => passing(1))
        expect([[...after.good], [...after.bad], [...after.fresh]]).toEqual([[200], [401], [200]])
        for (const [at, instance] of instances.entries()) {
          const { heap, unhandled, store, events } = await instance.report()
          expect(unhandled).toEqual([])
          expect(store).toBe('up')
          expect(events.map(({ type }) => type)).toContain('store_failed')
          expect(heap - (before[at]?.heap ?? 0)).toBeLessThan(16 * 1024 * 1024)
        }
      },
      60_000,
    )

    test.sequential('leave no token, user, id or secret in the store', async () => {
      const [first, second] = await startThree()
      const tokens = userIds.map((userId, at) => pool.mint({ userId, claims: { jti: `jti-in-the-store-${at}` } }))
      for (const instance of instances) await instance.askAll(tokens)
      await first.revoke({ tokenId: 'jti-in-the-store-0' })
      await second.revoke({ userId: userIds[1] ?? '' })
      await first.ask(tokens[1] ?? '')
      const text = kind === 'PostgreSQL' ? await dumpOfPostgres(server.url) : await dumpOfRedis(server.url)
      expect(text).toContain(`${prefix}:jwks:`)
      expect(text.match(/:revocation:[0-9a-f]{64}/g)?.length).toBeGreaterThan(1)
      const parts = tokens.flatMap((token) => [token, ...token.split('.')])
      for (const word of [...parts, ...userIds, 'jti-in-the-store', secret]) expect(text).not.toContain(word)
    })
  },
)

async function dumpOfRedis(url: string): Promise<string> {
  const client = createClient({ url })
  await client.connect()
  const names = await client.keys('*')
  const values = names.flatMap((name) => [client.sendCommand(['GET', name]), client.sendCommand(['DUMP', name])])
  const dump = [...names, ...(await Promise.all(values))].map(String).join('\n')
  await client.close()
  return dump
}

async function dumpOfPostgres(uri: string): Promise<string> {
  const adapter = new KeyvPostgres({ uri })
  const dump = JSON.stringify(await adapter.query('SELECT * FROM keyv'))
  await adapter.disconnect()
  return dump
}
