import { request } from 'node:http'
import { createGuard } from 'authing-guard'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { httpHosts } from './host/all.js'
import type { HttpHost } from './host/http.js'

// A client that hangs up while the guard waits for keys: nothing of its request is left, and the next one is served.

const pool = await createUserPool()
afterAll(() => pool.close())
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

async function isEmpty(host: HttpHost) {
  while ((await host.connections()) > 0) await new Promise((resolve) => setImmediate(resolve))
}

/** A guard whose keys come when the test says so. */
function waitingGuard() {
  let come = () => {}
  let asked = () => {}
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  const keys = new Promise<Response>((resolve) => {
    come = () => resolve(Response.json(pool.jwks()))
  })
  const fetch = () => {
    asked()
    return keys
  }
  return { guard: createGuard({ ...pool.guardOptions, fetch }), isAsked, come }
}

describe.each(httpHosts)('$name', ({ open }) => {
  test('forgets a client that has gone', async () => {
    const { guard, isAsked, come } = waitingGuard()
    const host = await open({ plain: { guard } })
    const before = timers()
    const authorization = `Bearer ${pool.mint()}`
    const client = request({ host: '127.0.0.1', port: host.port, path: '/plain', headers: { authorization } })
    client.on('error', () => {})
    client.end()
    await isAsked
    client.destroy()
    await isEmpty(host)
    come()
    await guard.ready()
    const lines = [['Authorization', authorization]] as const
    const answer = await host.call({ door: 'plain', lines, method: 'GET', query: '' })
    expect(answer).toMatchObject({ status: 200, identity: { kind: 'user' } })
    await isEmpty(host)
    expect(timers()).toBeLessThanOrEqual(before)
    await host.close()
  })
})
