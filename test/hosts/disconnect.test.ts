import { request } from 'node:http'
import { createGuard } from 'authing-guard'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { functionHosts, httpHosts } from './host/all.js'
import type { OpenHost } from './host/host.js'
import type { HttpHost } from './host/http.js'

// A client that hangs up while the guard waits for keys: nothing of its request is left, and the next one is served.

const pool = await createUserPool()
afterAll(() => pool.close())
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

const good = () => pool.mint()
const bad = () => pool.mint({ defect: 'other_key' })
const served = () => Response.json(pool.jwks())
const down = () => new Response('', { status: 500 })
/** What the guard comes to know when the client has gone, and what the next one meets. */
const endings = [
  { ending: 'is let in', token: good, keys: served, status: 200, next: 200 },
  { ending: 'is refused', token: bad, keys: served, status: 401, next: 200 },
  { ending: 'meets an outage', token: good, keys: down, status: 503, next: 503 },
] as const

/** A guard whose keys come when the test says so. */
function waitingGuard(keys: () => Response) {
  let come = () => {}
  let asked = () => {}
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  const answer = new Promise<Response>((resolve) => {
    come = () => resolve(keys())
  })
  const fetch = () => {
    asked()
    return answer
  }
  return { guard: createGuard({ ...pool.guardOptions, fetch }), isAsked, come }
}

const callWith = (token: string) => ({
  route: 'plain',
  lines: [['Authorization', `Bearer ${token}`]] as const,
  method: 'GET',
  query: '',
})

async function isEmpty(host: HttpHost) {
  while ((await host.connections()) > 0) await new Promise((resolve) => setImmediate(resolve))
}

describe.each(httpHosts)('$name', ({ open }) => {
  test.each(endings)('forgets a client that has gone, and $ending', async ({ token, keys, next }) => {
    const { guard, isAsked, come } = waitingGuard(keys)
    const host = await open({ plain: { guard } })
    const before = timers()
    const headers = { authorization: `Bearer ${token()}` }
    const client = request({ host: '127.0.0.1', port: host.port, path: '/plain', headers })
    client.on('error', () => {})
    client.end()
    await isAsked
    client.destroy()
    await isEmpty(host)
    come()
    await guard.ready()
    expect(await host.call(callWith(pool.mint()))).toMatchObject({ status: next })
    await isEmpty(host)
    expect(timers()).toBeLessThanOrEqual(before)
    await host.close()
  })
})

// Nobody hangs up on a function: its gateway stops waiting for what it answers.
describe.each(functionHosts)('$name', ({ open }) => {
  test.each(endings)(
    'leaves nothing of a call that had to wait, and $ending',
    async ({ token, keys, status, next }) => {
      const { guard, isAsked, come } = waitingGuard(keys)
      const host: OpenHost = await open({ plain: { guard } })
      const before = timers()
      const call = host.call(callWith(token()))
      await isAsked
      come()
      expect(await call).toMatchObject({ status })
      await guard.ready()
      expect(await host.call(callWith(pool.mint()))).toMatchObject({ status: next })
      expect(timers()).toBeLessThanOrEqual(before)
      await host.close()
    },
  )
})

describe('a fetch handler', () => {
  test('holds no reference to an aborted request', async () => {
    const { withIdentity } = await import('authing-guard/fetch')
    const { guard, isAsked, come } = waitingGuard(() => Response.json(pool.jwks()))
    const handler = withIdentity(guard, ({ signal }) => Response.json({ aborted: signal.aborted }))
    const client = new AbortController()
    const headers = { authorization: `Bearer ${pool.mint()}` }
    const answer = handler(new Request('https://api.example.com/', { headers, signal: client.signal }))
    await isAsked
    client.abort()
    come()
    // The handler is told, and may save its work: the guard aborts nothing that others wait for.
    expect(await (await answer).json()).toEqual({ aborted: true })
    expect(guard.health().state).toBe('fresh')
  })
})
