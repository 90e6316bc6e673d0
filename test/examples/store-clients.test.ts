import { once } from 'node:events'
import { createRequire } from 'node:module'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createClient, type RedisClientType } from '@keyv/redis'
import { createGuard, type Guard } from 'authing-guard'
import { type StoreClient, sharedStore } from 'authing-guard/store'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ofIoredis, ofNodeRedis, ofPostgres } from '../../examples/store-clients.js'
import { hasPostgres, hasRedis, type Server, startPostgres, startRedis } from '../fleet/servers.js'
import { key, secret, token, verdictOf } from '../store/fleet.js'
import { appId, issuer, now } from '../support/world.js'

// The clients of examples/store-clients.js, at real stores that restart and fall silent.

const guardWith = (client: StoreClient) =>
  createGuard({
    issuer,
    appId,
    jwks: { keys: [key.jwk] },
    now: () => now + performance.now(),
    store: sharedStore({ client, secret, timeout: 1 }),
  })

/** Two guards that share a store: what one revokes, the other refuses. */
async function expectShared(client: StoreClient) {
  const [one, other] = [guardWith(client), guardWith(client)]
  await one.revoke({ tokenId: 'bad' })
  expect(await verdictOf(other, token({ jti: 'bad' }))).toBe('revoked_token')
  expect(await verdictOf(other, token())).toBe('in')
  await client.set('short', 'value', 1)
  await expect.poll(async () => (await client.get('short')) ?? undefined).toBeUndefined()
  await client.set('deleted', 'value', 60_000)
  expect(await client.get('deleted')).toBe('value')
  await client.delete('deleted')
  expect((await client.get('deleted')) ?? undefined).toBeUndefined()
}

/** Asks until the store is there again. */
async function expectRecovery(guard: Guard) {
  const isIn = async () => [await verdictOf(guard, token()), guard.health().store?.reads]
  await expect.poll(isIn, { timeout: 20_000, interval: 200 }).toEqual(['in', 'up'])
}

describe.skipIf(!hasRedis)('clients of Redis', { timeout: 60_000 }, () => {
  let server: Server
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  test('ioredis shares revocations, and is back after a restart', async () => {
    const redis = new Redis(server.url, { socketTimeout: 2000 })
    redis.on('error', () => {})
    onTestFinished(() => redis.disconnect())
    await expectShared(ofIoredis(redis))
    await server.restart()
    await expectRecovery(guardWith(ofIoredis(redis)))
  })

  test('node-redis shares revocations, and is back after a restart', async () => {
    const redis = createClient({ url: server.url, disableOfflineQueue: true }) as RedisClientType
    redis.on('error', () => {})
    await redis.connect()
    onTestFinished(() => redis.destroy())
    await expectShared(ofNodeRedis(redis as never))
    await server.restart()
    await expectRecovery(guardWith(ofNodeRedis(redis as never)))
  })

  test('ioredis with socketTimeout leaves a connection that fell silent without an end', async () => {
    const silent = new Set<() => void>()
    const proxy = createServer((near: Socket) => {
      const far = connect(Number(new URL(server.url).port), '127.0.0.1')
      for (const socket of [near, far]) socket.on('error', () => {})
      near.pipe(far).pipe(near)
      near.on('close', () => far.destroy())
      silent.add(() => {
        near.unpipe(far)
        far.unpipe(near)
        near.resume()
        far.pause()
      })
    })
    await once(proxy.listen(0, '127.0.0.1'), 'listening')
    const { port } = proxy.address() as AddressInfo
    const redis = new Redis(`redis://127.0.0.1:${port}`, { socketTimeout: 2000 })
    redis.on('error', () => {})
    onTestFinished(() => {
      redis.disconnect()
      proxy.close()
    })
    const guard = guardWith(ofIoredis(redis))
    expect(await verdictOf(guard, token())).toBe('in')
    for (const fallSilent of silent) fallSilent()
    expect(await verdictOf(guard, token())).toBe('store_unavailable')
    await expectRecovery(guard)
  })
})

describe.skipIf(!hasPostgres)('the client of PostgreSQL', { timeout: 60_000 }, () => {
  test('shares revocations, and a restart neither ends the process nor the client', async () => {
    const server = await startPostgres()
    const { Pool } = createRequire(import.meta.url)('pg')
    const pool = new Pool({ connectionString: server.url, connectionTimeoutMillis: 1000, query_timeout: 1000 })
    onTestFinished(async () => {
      await pool.end()
      await server.stop()
    })
    await pool.query('CREATE TABLE guard (key text PRIMARY KEY, value text NOT NULL, until timestamptz NOT NULL)')
    const client = ofPostgres(pool)
    await expectShared(client)
    expect(pool.idleCount).toBeGreaterThan(0)
    await server.restart()
    await expectRecovery(guardWith(client))
  })
})
