import diagnostics from 'node:diagnostics_channel'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { createGuard, type Guard, type GuardOptions } from 'authing-guard'
import { introspection } from 'authing-guard/introspection'
import { sharedStore } from 'authing-guard/store'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listen } from '../../examples/listen.js'
import { measureGuards } from '../../examples/opentelemetry.js'
import { createApp } from '../../examples/prometheus.js'
import { FakeClient, secret } from '../store/fleet.js'

// What an operator sees of a guard, by a real scrape and by a real collection.

let pool: UserPool
let time: number
beforeEach(async () => {
  time = Date.now()
  pool = await createUserPool({
    apps: [{ appId: 'app-1' }],
    users: [{ id: 'user-of-secrets', email: 'ada@example.com' }],
  })
})
afterEach(() => pool.close())

/** Everything that the alerts of docs/events.md are about; the store is read again, and takes no writes, at the end. */
async function trouble(make: (more: object) => Promise<(token?: string) => Promise<unknown>>) {
  const client = new FakeClient({ now: time })
  const store = sharedStore({ client, secret })
  const asking = introspection({ when: 'opaque', clientSecret: 'wrong', endpoint: `${pool.issuer}/nothing-here` })
  const ask = await make({ store, introspection: asking, credentials: 'optional' })
  await ask()
  await ask('fa9d2bdd914ea01aa4e434c12d4f919d749fc75c')
  await ask(pool.mint())
  client.get = () => 'not sealed'
  await ask(pool.mint({ claims: { jti: 'a' } }))
  client.get = () => Promise.reject(new Error('LOADING Redis is loading the dataset in memory'))
  await ask(pool.mint({ claims: { jti: 'b' } }))
  client.get = () => undefined
  client.set = () => Promise.reject(new Error('READONLY'))
  time += 700_000
  await ask(pool.mint({ claims: { jti: 'c' } }))
}

const checkPermission = { check: async () => true, hasRole: async () => false }
const options = (): GuardOptions => ({ ...pool.guardOptions, checkPermission, roles: 'authing', now: () => time })

describe('the Prometheus example', () => {
  test('counts what has happened, and tells how old the keys are when it is scraped', async () => {
    const { url, close } = await listen(createApp(options()))
    const scrape = async () => (await fetch(`${url}/metrics`)).text()
    const call = (token?: string) =>
      fetch(`${url}/me`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
    try {
      expect(await scrape()).toContain('authing_guard_keys_age_seconds{app="app-1",state="unavailable"} Nan')
      for (const token of [pool.mint(), pool.mint(), pool.mint({ defect: 'expired' }), undefined]) await call(token)
      time += 700_000
      pool.goDown()
      await call(pool.mint())
      await expect.poll(scrape).toContain('authing_guard_keys_fetches_total{app="app-1",outcome="stale"} 1')
      const lines = (await scrape()).split('\n')
      expect(lines).toEqual(
        expect.arrayContaining([
          'authing_guard_requests_total{verdict="verified"} 3',
          'authing_guard_requests_total{verdict="refused",reason="expired_token"} 1',
          'authing_guard_requests_total{verdict="refused",reason="missing_token"} 1',
          'authing_guard_keys_fetches_total{app="app-1",outcome="refreshed"} 1',
          'authing_guard_keys_age_seconds{app="app-1",state="stale"} 700',
        ]),
      )
      expect(lines.join()).not.toMatch(/user-of-secrets|ada@|state="unavailable"/)
    } finally {
      await close()
    }
  })

  test('counts each event of the alert table, and tells whether the store takes reads and writes', async () => {
    let url = ''
    let close = async () => {}
    await trouble(async (more) => {
      ;({ url, close } = await listen(createApp({ ...options(), ...more })))
      return (token) => fetch(`${url}/me`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
    })
    const scrape = async () => (await fetch(`${url}/metrics`)).text()
    await expect.poll(scrape).toContain('authing_guard_store_up{operation="writes"} 0')
    expect((await scrape()).split('\n')).toEqual(
      expect.arrayContaining([
        'authing_guard_requests_total{verdict="anonymous"} 1',
        'authing_guard_failures_total{type="introspection_failed",operation=""} 1',
        'authing_guard_failures_total{type="store_rejected",operation=""} 1',
        'authing_guard_failures_total{type="store_failed",operation="read"} 1',
        'authing_guard_failures_total{type="store_failed",operation="write"} 1',
        'authing_guard_store_up{operation="reads"} 1',
      ]),
    )
    await close()
  })

  test('answers its callers as ever', async () => {
    const { url, close } = await listen(createApp(options()))
    const remove = { method: 'DELETE', headers: { authorization: `Bearer ${pool.mint()}` } }
    expect((await fetch(`${url}/books/1`, remove)).status).toBe(204)
    const decided = 'authing_guard_decisions_total{hook="checkPermission",allowed="true"} 1'
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(decided)
    const response = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${pool.mint()}` } })
    expect(await response.json()).toMatchObject({ userId: 'user-of-secrets' })
    expect((await fetch(`${url}/me`)).status).toBe(401)
    await close()
  })
})

describe('the OpenTelemetry example', () => {
  test('counts each event of the alert table, and tells whether the store takes reads and writes', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
    const provider = new MeterProvider({ readers: [reader] })
    let guard: Guard | undefined
    await trouble(async (more) => {
      const made = createGuard({ ...options(), ...more } as GuardOptions & { credentials: 'required' })
      guard = made
      measureGuards(provider.getMeter('authing-guard'), made)
      return (token) => made.authenticate(token && `Bearer ${token}`).catch(() => {})
    })
    await expect.poll(() => guard?.health().store).toEqual({ reads: 'up', writes: 'down' })
    await provider.forceFlush()
    const points = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ value, attributes }) => [descriptor.name, value, attributes]),
      )
    for (const point of [
      ['authing_guard.failures', 1, { type: 'introspection_failed', operation: '' }],
      ['authing_guard.failures', 1, { type: 'store_rejected', operation: '' }],
      ['authing_guard.failures', 1, { type: 'store_failed', operation: 'read' }],
      ['authing_guard.failures', 1, { type: 'store_failed', operation: 'write' }],
      ['authing_guard.store.up', 1, { operation: 'reads' }],
      ['authing_guard.store.up', 0, { operation: 'writes' }],
    ]) {
      expect(points).toContainEqual(point)
    }
    await provider.shutdown()
  })

  test('measures all guards of the process, without their doing', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
    const provider = new MeterProvider({ readers: [reader] })
    const guard = createGuard(options())
    measureGuards(provider.getMeter('authing-guard'), guard)
    expect(diagnostics.hasSubscribers('authing-guard')).toBe(true)

    const identity = await guard.verifyToken(pool.mint())
    await guard.authorize(identity, { action: 'book:read', resource: 'book:of-ada' })
    await expect(guard.authorize(identity, { role: 'admin' })).rejects.toMatchObject({ status: 403 })
    const other = createGuard({ ...options(), credentials: 'optional' })
    await other.authenticate(undefined)
    await expect(other.verifyToken('x')).rejects.toMatchObject({ status: 401 })
    pool.goDown()
    await other.ready()
    time += 60_000
    await provider.forceFlush()

    const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    const points = Object.fromEntries(
      metrics.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ value, attributes }) => [value, attributes]),
      ]),
    )
    expect(points).toEqual({
      'authing_guard.requests': [
        [1, { verdict: 'verified', kind: 'user', token: 'access_token' }],
        [1, { verdict: 'refused', reason: 'permission_denied' }],
        [1, { verdict: 'anonymous' }],
        [1, { verdict: 'refused', reason: 'malformed_token' }],
      ],
      'authing_guard.decisions': [
        [1, { hook: 'checkPermission', allowed: true }],
        [1, { hook: 'hasRole', allowed: false }],
      ],
      'authing_guard.keys.fetches': [
        [1, { app: 'app-1', outcome: 'refreshed' }],
        [1, { app: 'app-1', outcome: 'unavailable' }],
      ],
      'authing_guard.keys.age': [[60, { app: 'app-1', state: 'fresh' }]],
    })
    await provider.shutdown()
  })
})
