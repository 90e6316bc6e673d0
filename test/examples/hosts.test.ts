import 'reflect-metadata'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { basename } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { NestFactory } from '@nestjs/core'
import { createUserPool } from 'authing-guard/testing'
import { toNodeHandler } from 'h3'
import { io } from 'socket.io-client'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createApp as createExpressApp } from '../../examples/express.js'
import { createApp as createFastifyApp } from '../../examples/fastify.js'
import { createApp as createH3App } from '../../examples/h3.js'
import { createApp as createHonoApp } from '../../examples/hono.js'
import { createApp as createKoaApp } from '../../examples/koa.js'
import { listen } from '../../examples/listen.js'
import { guardSockets } from '../../examples/socket-io.js'
import { createSocketServer } from '../../examples/websocket.js'
import { createWorker } from '../../examples/worker.js'

// Each example does what it says. Those that read the environment find a local user pool there.

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
const close: (() => unknown)[] = [() => pool.close()]
afterAll(async () => {
  for (const one of close.reverse()) await one()
})
vi.stubEnv('AUTHING_ISSUER', pool.issuer)
vi.stubEnv('AUTHING_APP_ID', pool.appId)

const guest = pool.mint({ scope: 'openid' })
const reader = pool.mint({ scope: 'book:read' })
const authorization = (token: string) => ({ authorization: `Bearer ${token}` })

async function serve(app: RequestListener): Promise<string> {
  const site = await listen(app)
  close.push(site.close)
  return site.url
}

const apps: Readonly<Record<string, () => Promise<string>>> = {
  Express: () => serve(createExpressApp(pool.guardOptions)),
  Koa: () => serve(createKoaApp(pool.guardOptions).callback()),
  // h3 knows no response in a process whose global Response was replaced.
  Hono: () => serve(getRequestListener(createHonoApp(pool.guardOptions).fetch, { overrideGlobalObjects: false })),
  h3: () => serve(toNodeHandler(createH3App(pool.guardOptions))),
  Fastify: async () => {
    const app = createFastifyApp(pool.guardOptions)
    close.push(() => app.close())
    return app.listen({ host: '127.0.0.1', port: 0 })
  },
  Nest: async () => {
    const { AppModule } = await import('../../examples/nest.js')
    const app = await NestFactory.create(AppModule, { logger: false })
    close.push(() => app.close())
    await app.listen(0, '127.0.0.1')
    return app.getUrl()
  },
}

describe.each(Object.entries(apps))('the example of %s', (name, start) => {
  test('knows who calls, and asks for a scope', async () => {
    const url = await start()
    const get = (path: string, token?: string) => fetch(url + path, token ? { headers: authorization(token) } : {})
    expect((await get('/me')).status).toBe(401)
    expect(await (await get('/me', guest)).json()).toMatchObject({ kind: 'user', userId: 'ratty' })
    const denied = await get('/books', guest)
    expect(denied.status).toBe(403)
    expect(denied.headers.get('www-authenticate')).toContain('scope="book:read"')
    expect(await denied.json()).toHaveProperty('error', 'insufficient_scope')
    expect(await (await get('/books', reader)).json()).toEqual(['The Wind in the Willows'])
    if (name === 'Nest') expect((await get('/health')).status).toBe(200)
    expect((await get('/nowhere', guest)).status).not.toBe(500)
  })
})

test('the example of Fastify leaves other errors to Fastify', async () => {
  const app = createFastifyApp(pool.guardOptions)
  app.get('/broken', async () => {
    throw new Error('the handler broke')
  })
  const answer = await app.inject({ url: '/broken', headers: authorization(guest) })
  expect(answer.statusCode).toBe(500)
})

test('the route handler of Next.js reads its parameters', async () => {
  const { GET } = await import('../../examples/next-route.js')
  const get = (token: string) =>
    GET(new Request('https://api.example.com/books/7', { headers: authorization(token) }), {
      params: Promise.resolve({ id: '7' }),
    })
  expect(await (await get(reader)).json()).toEqual({ id: '7', reader: 'ratty' })
  expect((await get(guest)).status).toBe(403)
})

test('the Lambda answers by what the caller may, and its authorizer by who calls', async () => {
  const { handler, authorizer } = await import('../../examples/lambda.js')
  const event = (token: string) => ({ version: '2.0', headers: authorization(token) })
  expect(await handler(event(reader))).toMatchObject({ statusCode: 200, body: expect.stringContaining('ratty') })
  expect(await handler(event(guest))).toMatchObject({ statusCode: 403 })
  expect(await handler({ headers: null })).toMatchObject({ statusCode: 401 })
  const asked = { type: 'TOKEN', authorizationToken: `Bearer ${guest}`, methodArn: 'arn:aws:execute-api:x' }
  expect(await authorizer(asked)).toMatchObject({ principalId: 'ratty' })
})

test('the function of Tencent SCF tells who calls', async () => {
  const { main_handler } = await import('../../examples/tencent-scf.js')
  const answer = await main_handler({ path: '/me', headers: authorization(guest) })
  expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('"path":"/me"') })
  expect(await main_handler(Buffer.from('{"path":"/me","headers":{}}'))).toMatchObject({ statusCode: 401 })
})

test('the Worker greets the callers that it knows', async () => {
  const worker = createWorker(pool.guardOptions as Parameters<typeof createWorker>[0])
  const get = (path: string, token: string) =>
    worker.fetch(new Request(`https://api.example.com${path}`, { headers: authorization(token) }), {
      GREETING: 'Hello',
    })
  expect(await (await get('/', guest)).json()).toMatchObject({ greeting: 'Hello', caller: { userId: 'ratty' } })
  expect((await get('/books', guest)).status).toBe(403)
  expect((await get('/books', reader)).status).toBe(200)
})

describe('the WebSocket server', () => {
  const open = async () => {
    const server = createSocketServer(pool.guardOptions)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    close.push(() => server.close())
    const address = server.address()
    return `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  }
  const refusalOf = async (socket: WebSocket) => {
    const [, response] = await once(socket, 'unexpected-response')
    response.resume()
    return response
  }

  test('knows a client by its header, or by what a browser can offer', async () => {
    const url = await open()
    const kinds = [
      () => new WebSocket(url, { headers: authorization(guest) }),
      () => new WebSocket(url, ['authing', guest]),
    ]
    for (const connect of kinds) {
      const socket = connect()
      await once(socket, 'open')
      socket.send('hello')
      const [message] = await once(socket, 'message')
      expect(JSON.parse(String(message))).toMatchObject({ caller: { userId: 'ratty' }, said: 'hello' })
      socket.terminate()
    }
  })

  test('refuses a client as it would a request, and answers no request', async () => {
    const url = await open()
    const stranger = await refusalOf(new WebSocket(url))
    expect(stranger.statusCode).toBe(401)
    expect(stranger.headers['www-authenticate']).toBe('Bearer realm="authing"')
    expect((await refusalOf(new WebSocket(url, ['authing', 'garbage']))).statusCode).toBe(401)
    const both = new WebSocket(url, ['authing', guest], { headers: authorization(guest) })
    expect((await refusalOf(both)).statusCode).toBe(400)
    expect((await fetch(url.replace('ws', 'http'))).status).toBe(426)
  })

  test('closes the socket when the token expires', async () => {
    const socket = new WebSocket(await open(), ['authing', pool.mint({ expiresIn: 1 })])
    const [code, reason] = await once(socket, 'close')
    expect([code, String(reason)]).toEqual([4401, 'the token has expired'])
  })
})

describe('the socket.io server', () => {
  const open = async () => {
    const server = createServer()
    const sockets = guardSockets(server, pool.guardOptions)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    close.push(() => sockets.close())
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  }
  const join = (url: string, auth: object) => io(url, { auth, transports: ['websocket'], reconnection: false })
  type Client = ReturnType<typeof join>
  const next = (client: Client, event: string) =>
    new Promise<unknown>((resolve) => {
      client.once(event, resolve)
    })

  test('knows a client by what it hands over, and keeps the others out', async () => {
    const url = await open()
    const client = join(url, { token: guest })
    await next(client, 'connect')
    expect(await client.emitWithAck('who')).toMatchObject({ userId: 'ratty' })
    client.disconnect()
    for (const auth of [{}, { token: 'garbage' }, { token: pool.mint({ defect: 'expired' }) }]) {
      expect(await next(join(url, auth), 'connect_error')).toBeInstanceOf(Error)
    }
  })

  test('disconnects a client when its token expires', async () => {
    const client = join(await open(), { token: pool.mint({ expiresIn: 1 }) })
    expect(await next(client, 'disconnect')).toBe('io server disconnect')
  })
})

describe('each of them', () => {
  const read = (folder: URL, ending: RegExp) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => ending.test(name))
      .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))
  const examples = read(new URL('../../examples/', import.meta.url), /\.[jt]s$/)

  test('has fewer than forty lines', () => {
    for (const { name, text } of examples) expect(text.trimEnd().split('\n').length, name).toBeLessThan(40)
  })

  test('is run by a test, or by one that is', () => {
    const tests = read(new URL('.', import.meta.url), /\.[jt]s$/)
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
    const all = [manifest, ...[...tests, ...examples].map(({ text }) => text)].join('\n')
    const scripts = examples.map(({ name }) => name).filter((name) => !name.endsWith('.d.ts'))
    expect(scripts.length).toBeGreaterThanOrEqual(11)
    for (const name of scripts) expect(all).toContain(`/${basename(name).replace(/\.ts$/, '.js')}`)
  })
})
