import type { AddressInfo } from 'node:net'
import { authingGuard, identityOf } from 'authing-guard/express'
import { createUserPool, type Fault } from 'authing-guard/testing'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let pool: Awaited<ReturnType<typeof createUserPool>>
let close: (() => void)[] = []

beforeAll(async () => {
  pool = await createUserPool()
})
afterAll(async () => {
  for (const one of close) one()
  close = []
  await pool.close()
})

/** A guarded API of its own, whose guard has no keys yet. */
async function api() {
  const app = express()
  app.use(authingGuard({ ...pool.guardOptions, jwksCache: { timeout: 0.2, maxBytes: 65_536 } }))
  app.get('/', (req, res) => res.json({ userId: identityOf(req).kind }))
  const server = app.listen(0, '127.0.0.1')
  close.push(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return (token = pool.mint()) => fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: `Bearer ${token}` } })
}

const faults: readonly Fault[] = [
  'refuse',
  'hang',
  'drip',
  'error',
  'busy',
  'missing',
  'redirect',
  'html',
  'truncated',
  'empty',
  'huge',
  'bomb',
]

describe.each(faults)('a pool that is down: %s', (how) => {
  test('is answered with 503 and Retry-After instead of waiting for the pool', async () => {
    const ask = await api()
    pool.goDown({ fault: how })
    const began = performance.now()
    const answer = await ask()
    const took = performance.now() - began
    pool.comeUp()
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toMatch(/^([1-9]|[12]\d|30)$/)
    expect(answer.headers.get('www-authenticate')).toBeNull()
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.text()).not.toMatch(/127\.0\.0\.1|ECONN|jwks/)
    // The guard's own limit is 0.2 s; the rest is the machine's.
    expect(took).toBeLessThan(10_000)
  })

  test('does not affect tokens of a known key', async () => {
    const ask = await api()
    expect((await ask()).status).toBe(200)
    pool.goDown({ fault: how })
    expect((await ask(pool.mint({ type: 'id_token' }))).status).toBe(200)
    const unknown = await ask(pool.mint({ defect: 'unknown_key' }))
    pool.comeUp()
    expect(unknown.status).toBe(503)
  })
})

test('a redirect is not followed', async () => {
  const ask = await api()
  pool.clearRequests()
  pool.goDown({ fault: 'redirect' })
  await ask()
  pool.comeUp()
  expect(pool.requests.map(({ path }) => path)).not.toContain('/hostile/jwks.json')
})

test('a token that is refused without a key is 401 in an outage too', async () => {
  const ask = await api()
  pool.goDown()
  expect((await ask('garbage')).status).toBe(401)
  expect((await ask(pool.mint({ defect: 'other_issuer' }))).status).toBe(401)
  pool.comeUp()
})
