import 'reflect-metadata'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { UseFilters, UseGuards } from '@nestjs/common'
import { WsAdapter } from '@nestjs/platform-ws'
import { ConnectedSocket, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Identity } from 'authing-guard'
import { AuthingFilter, AuthingGuard, authingModule, CurrentIdentity, Public, Require } from 'authing-guard/nest'
import { createUserPool } from 'authing-guard/testing'
import { io } from 'socket.io-client'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type App, start } from './nest/app.js'

let now = Date.now()
const pool = await createUserPool({ users: [{ id: 'ratty' }], now: () => now })
afterAll(() => pool.close())
const options = { ...pool.guardOptions, now: () => now }

@UseGuards(AuthingGuard)
@UseFilters(AuthingFilter)
class Handlers {
  @SubscribeMessage('who')
  who(@CurrentIdentity() identity: Identity) {
    return { event: 'you', data: identity }
  }
  @SubscribeMessage('read')
  @Require({ scope: 'book:read' })
  read() {
    return { event: 'book', data: 'The Wind in the Willows' }
  }
  @SubscribeMessage('time')
  @Public()
  time() {
    return { event: 'time', data: 'tea' }
  }
}

@WebSocketGateway()
class SocketIoGateway extends Handlers {}

@WebSocketGateway({ path: '/' })
class WsGateway extends Handlers {
  handleConnection(@ConnectedSocket() client: WebSocket, request: IncomingMessage) {
    Object.assign(client, { request })
  }
}

@WebSocketGateway({ path: '/' })
class UnguardedGateway {
  static reads = 0
  @SubscribeMessage('read')
  @Require({ scope: 'book:read' })
  read() {
    UnguardedGateway.reads += 1
    return { event: 'book', data: 'The Wind in the Willows' }
  }
}

/** A client of either kind: sends an event, and resolves with the one that comes back. */
interface Client {
  ask(event: string): Promise<{ readonly event: string; readonly data: unknown }>
  close(): void
}

async function byWs(url: string, token?: string): Promise<Client> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const socket = new WebSocket(url.replace('http', 'ws'), { headers })
  await once(socket, 'open')
  const ask = async (event: string) => {
    socket.send(JSON.stringify({ event, data: {} }))
    const [message] = await once(socket, 'message')
    return JSON.parse(String(message))
  }
  return { ask, close: () => socket.terminate() }
}

async function bySocketIo(url: string, token?: string): Promise<Client> {
  const extraHeaders = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const socket = io(url, { transports: ['websocket'], extraHeaders })
  await new Promise<void>((resolve) => void socket.on('connect', resolve))
  const ask = (event: string) =>
    new Promise<{ event: string; data: unknown }>((resolve) => {
      socket.onAny((name: string, data: unknown) => {
        socket.offAny()
        resolve({ event: name, data })
      })
      socket.emit(event, {})
    })
  return { ask, close: () => void socket.disconnect() }
}

const kinds = [
  { name: 'ws', connect: byWs, gateway: WsGateway },
  { name: 'socket.io', connect: bySocketIo, gateway: SocketIoGateway },
]

describe.each(kinds)('a gateway by $name', ({ name, connect, gateway }) => {
  let app: App
  const clients: Client[] = []
  const join = async (token?: string) => {
    const client = await connect(app.url, token)
    clients.push(client)
    return client
  }
  beforeEach(async () => {
    app = await start({ imports: [authingModule(options)], providers: [gateway] }, 'Express', (nest) => {
      if (name === 'ws') nest.useWebSocketAdapter(new WsAdapter(nest))
    })
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    await app.close()
  })

  test('has the identity of the sender, and checks the requirements of each message', async () => {
    const client = await join(pool.mint({ scope: 'book:read' }))
    expect(await client.ask('who')).toMatchObject({ event: 'you', data: { userId: 'ratty' } })
    expect(await client.ask('read')).toMatchObject({ event: 'book' })
    expect(app.logged).toEqual([])
  })

  test('answers a refused sender with an exception event, and logs no error', async () => {
    const stranger = await join()
    const error_description = 'This resource needs an access token in the Authorization header.'
    expect(await stranger.ask('who')).toEqual({
      event: 'exception',
      data: { status: 'error', message: error_description, error: 'unauthorized', error_description },
    })
    expect(await stranger.ask('time')).toMatchObject({ event: 'time' })
    const guest = await join(pool.mint())
    expect(await guest.ask('read')).toMatchObject({ event: 'exception', data: { error: 'insufficient_scope' } })
    const forger = await join(pool.mint({ defect: 'other_key' }))
    expect(await forger.ask('who')).toMatchObject({ event: 'exception', data: { error: 'invalid_token' } })
    expect(app.logged).toEqual([])
  })

  test('verifies the token again with each message: an expired token is refused', async () => {
    const client = await join(pool.mint({ expiresIn: 60 }))
    expect(await client.ask('who')).toMatchObject({ event: 'you' })
    const before = now
    now += 70_000
    const late = await client.ask('who')
    now = before
    expect(late).toMatchObject({ event: 'exception', data: { error: 'invalid_token' } })
  })
})

test('a gateway without a guard of its own, to which Nest’s global guards do not apply, refuses every message', async () => {
  const app = await start({ imports: [authingModule(options)], providers: [UnguardedGateway] }, 'Express', (nest) =>
    nest.useWebSocketAdapter(new WsAdapter(nest)),
  )
  const client = await byWs(app.url, pool.mint({ scope: 'book:read' }))
  const socket = new WebSocket(app.url.replace('http', 'ws'))
  await once(socket, 'open')
  const received: string[] = []
  socket.on('message', (message) => void received.push(String(message)))
  socket.send(JSON.stringify({ event: 'read', data: {} }))
  // Nest 11 tells the log alone, and Nest 12 the client.
  const told = /no AuthingGuard ran before this handler|Internal server error/
  await expect.poll(() => [...app.logged, ...received].join()).toMatch(told)
  socket.close()
  await once(socket, 'close')
  expect(UnguardedGateway.reads).toBe(0)
  client.close()
  await app.close()
})

test('a gateway reads no header with authorizationHeader ignore, but the token of the upgrade request’s address', async () => {
  const getToken = (client: object) => (client as { request?: IncomingMessage }).request?.url?.split('?ticket=')[1]
  const adapter = { getToken, authorizationHeader: 'ignore' } as const
  const app = await start({ imports: [authingModule(options, adapter)], providers: [WsGateway] }, 'Express', (nest) =>
    nest.useWebSocketAdapter(new WsAdapter(nest)),
  )
  const token = pool.mint()
  const withTicket = await byWs(`${app.url}/?ticket=${token}`, 'garbage')
  expect(await withTicket.ask('who')).toMatchObject({ event: 'you', data: { userId: 'ratty' } })
  const withHeader = await byWs(app.url, token)
  expect(await withHeader.ask('who')).toMatchObject({ event: 'exception', data: { error: 'unauthorized' } })
  for (const client of [withTicket, withHeader]) client.close()
  await app.close()
})
