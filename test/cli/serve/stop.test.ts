import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { createGuard } from 'authing-guard'
import { forwardAuth } from 'authing-guard/forward-auth'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { scaled } from '../../support/scale.js'
import { inFolder, serving } from './serving.js'

const pool = await createUserPool()
afterAll(() => pool.close())
inFolder()
afterEach(() => {
  vi.useRealTimers()
})
const guard = createGuard(pool.guardOptions)
const authorization = `Bearer ${pool.mint()}`

/** One request: its status and whether the server ends the connection, or the code of its error. */
function ask(port: number, agent: Agent) {
  return new Promise<{ status?: number | undefined; isLast?: boolean; error?: unknown }>((resolve) => {
    request({ host: '127.0.0.1', port, path: '/auth', agent, headers: { authorization } }, (answer) => {
      answer
        .resume()
        .on('end', () => resolve({ status: answer.statusCode, isLast: answer.headers.connection === 'close' }))
    })
      .on('error', (error) => resolve({ error: Object(error).code }))
      .end()
  })
}

/** A connection that says what came back. */
async function open(port: number) {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  let isClosed = false
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  socket.on('close', () => {
    isClosed = true
  })
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  return {
    ask: () => socket.write(`GET /auth HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n\r\n`),
    answers: () => text.match(/^HTTP\/1\.1 \d+/gm) ?? [],
    text: () => text,
    isClosed: () => isClosed,
    end: () => socket.destroy(),
  }
}

describe('serve, when it is stopped', () => {
  test('answers every request of connections under load, and then closes them', async () => {
    const here = await serving(forwardAuth({ '/auth': guard.require({ when: async () => true }) }))
    const outcomes: Awaited<ReturnType<typeof ask>>[] = []
    const before = scaled(5000)
    let ending: Promise<number> | undefined
    const client = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (let isLast = false; !isLast; ) {
        const outcome = await ask(here.port, agent)
        outcomes.push(outcome)
        if (outcomes.length === before) ending = here.end()
        isLast = outcome.isLast === true || outcome.error !== undefined
      }
      agent.destroy()
    }
    await Promise.all(Array.from({ length: 20 }, client))
    expect(outcomes.length).toBeGreaterThanOrEqual(before)
    expect(outcomes.filter(({ status }) => status !== 200)).toEqual([])
    expect(await ending).toBe(0)
  })

  test('answers a request that was on its way on an idle connection, and accepts no new connection', async () => {
    const here = await serving(forwardAuth({ '/auth': guard }))
    const client = await open(here.port)
    client.ask()
    await vi.waitFor(() => expect(client.answers()).toEqual(['HTTP/1.1 200']))
    const ending = here.end()
    client.ask()
    await vi.waitFor(() => expect(client.answers()).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']))
    expect(client.text()).toMatch(/^Connection: close\r$/m)
    expect(await ask(here.port, new Agent())).toEqual({ error: 'ECONNREFUSED' })
    expect(await ending).toBe(0)
  })

  test('closes a connection that stays idle', async () => {
    const here = await serving(forwardAuth({ '/auth': guard }))
    const client = await open(here.port)
    client.ask()
    await vi.waitFor(() => expect(client.answers()).toHaveLength(1))
    expect(await here.end()).toBe(0)
    await vi.waitFor(() => expect(client.isClosed()).toBe(true))
  })

  test('waits 10 seconds at most for an answer', async () => {
    let asked = false
    const never = guard.require({
      when: () => {
        asked = true
        return new Promise<boolean>(() => {})
      },
    })
    const here = await serving(forwardAuth({ '/auth': never }))
    const client = await open(here.port)
    client.ask()
    await vi.waitFor(() => expect(asked).toBe(true))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    const ending = here.end()
    await vi.advanceTimersByTimeAsync(9_900)
    expect(client.isClosed()).toBe(false)
    await vi.advanceTimersByTimeAsync(200)
    expect(await ending).toBe(0)
    vi.useRealTimers()
    await vi.waitFor(() => expect(client.isClosed()).toBe(true))
    expect(client.answers()).toEqual([])
  })
})
