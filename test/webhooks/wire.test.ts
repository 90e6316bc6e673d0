import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { AuthingWebhook } from 'authing-guard/webhooks'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { token, until, verdictOf } from '../store/fleet.js'
import { sendRaw, serving } from '../support/http.js'
import { jsonHeaders, pair, user, userId, webhookRequest, webhookSecret } from './world.js'

// What only shows in the bytes: header lines, sizes, speed, and connections that break.

let current: AuthingWebhook
const server = serving((request, response) => void current(request, response))
const kickText = JSON.stringify({ eventName: 'kick', data: { users: [user()] } })
const lines = (headers: object) => Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
const post = (extra: readonly string[], body: string, headers: object = jsonHeaders) =>
  sendRaw(server.port, [...lines(headers), `content-length: ${body.length}`, ...extra], 'POST / HTTP/1.1', body)

afterEach(() => {
  vi.useRealTimers()
})

describe('a webhook over raw HTTP', () => {
  test.each([
    ['two lines of one secret header, both right', [`x-authing-webhook-secret: ${webhookSecret}`], 401],
    ['two lines of one secret header, one wrong', ['x-authing-webhook-secret: wrong'], 401],
    ['two lines of different pools', ['x-authing-userpool-id: other'], 400],
  ])('refuses %s', async (_, extra, status) => {
    const { first, webhook } = pair()
    current = webhook
    expect((await post(extra, kickText)).status).toBe(status)
    expect(await verdictOf(first, token())).toBe('in')
  })

  test('refuses a secret of which a host has made a list', async () => {
    const { first, webhook } = pair()
    current = ((request: { headers: object }, response: never) => {
      Object.assign(request.headers, { 'x-authing-webhook-secret': [webhookSecret, webhookSecret] })
      return webhook(request as never, response)
    }) as unknown as AuthingWebhook
    expect((await post([], kickText)).status).toBe(401)
    expect(await verdictOf(first, token())).toBe('in')
  })

  test('refuses a compressed body', async () => {
    const { first, webhook } = pair()
    current = webhook
    const body = gzipSync(kickText).toString('latin1')
    expect((await post(['content-encoding: gzip'], body)).status).toBe(415)
    expect(await verdictOf(first, token())).toBe('in')
  })

  test.each(['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])('answers 405 to %s', async (method) => {
    const { webhook, received } = pair()
    current = webhook
    const answer = await sendRaw(server.port, lines(jsonHeaders), `${method} / HTTP/1.1`)
    expect([answer.status, answer.text.includes('Allow: POST')]).toEqual([405, true])
    expect(received()).toMatchObject([{ status: 405 }])
  })

  test('reads 1 MiB, and no byte more', async () => {
    const { first, webhook, received } = pair()
    current = webhook
    const fill = (size: number) => `${kickText.slice(0, -1)}, "more": "${'a'.repeat(size)}"}`
    const size = 1_048_576 - fill(0).length
    expect((await post([], fill(size + 1))).status).toBe(413)
    expect(await verdictOf(first, token())).toBe('in')
    expect((await post([], fill(size))).status).toBe(200)
    expect(await verdictOf(first, token())).toBe('revoked_token')
    expect(received()).toMatchObject([{ status: 413 }, { status: 200 }])
  })

  test('refuses bytes that are not UTF-8, and a character that the end cuts off', async () => {
    const { webhook } = pair()
    current = webhook
    expect((await post([], kickText.replace('somebody', '\xff'))).status).toBe(400)
    expect((await post([], `${kickText}\xe5`)).status).not.toBe(200)
  })

  test('answers 408 where the body does not come within 10 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { webhook, received } = pair()
    current = webhook
    const socket = connect(server.port, '127.0.0.1')
    const head = ['POST / HTTP/1.1', 'Host: localhost', ...lines(jsonHeaders), 'Content-Length: 1000', '', '{']
    socket.write(head.join('\r\n'))
    const answer = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk))))
    await until(() => vi.getTimerCount() > 0)
    vi.advanceTimersByTime(11_000)
    expect(await answer).toContain('HTTP/1.1 408')
    socket.destroy()
    expect(received()).toMatchObject([{ status: 408 }])
  })

  test('does nothing where the connection breaks within the body', async () => {
    const { first, webhook, received } = pair()
    current = webhook
    const socket = connect(server.port, '127.0.0.1')
    const head = ['POST / HTTP/1.1', 'Host: localhost', ...lines(jsonHeaders), 'Content-Length: 100000', '', kickText]
    socket.write(head.join('\r\n'), () => socket.destroy())
    await until(() => received().length > 0)
    expect(received()).toMatchObject([{ result: 'refused', status: 408 }])
    expect(await verdictOf(first, token())).toBe('in')
  })

  test('says that something else has read the body', async () => {
    const { webhook } = pair()
    current = (async (request: never, response: never) => {
      for await (const _ of request as AsyncIterable<unknown>) void _
      return webhook(request, response)
    }) as unknown as AuthingWebhook
    const answer = await post([], kickText)
    expect([answer.status, answer.body.includes('request.body')]).toEqual([400, true])
    const request = webhookRequest(kickText)
    await request.text()
    expect((await webhook(request)).status).toBe(400)
  })

  test.each([
    ['a Buffer, as express.raw() leaves it', Buffer.from(kickText)],
    ['a text, as express.text() leaves it', kickText],
    ['an object, as express.json() leaves it', JSON.parse(kickText)],
  ])('takes %s', async (_, body) => {
    const { first, webhook } = pair()
    current = ((request: object, response: never) =>
      webhook(Object.assign(request, { body }) as never, response)) as AuthingWebhook
    expect((await post([], kickText)).status).toBe(200)
    expect(await verdictOf(first, token())).toBe('revoked_token')
  })
})

describe('a web Request', () => {
  test('without a body is refused', async () => {
    const { webhook } = pair()
    const response = await webhook(new Request('https://api.example.com/', { method: 'POST', headers: jsonHeaders }))
    expect(response.status).toBe(400)
  })

  test('with more than 1 MiB is refused, though it does not end', async () => {
    const { webhook } = pair()
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent++
        controller.enqueue(new Uint8Array(65_536).fill(0x20))
      },
    })
    const init = { method: 'POST', headers: jsonHeaders, body, duplex: 'half' } as RequestInit
    expect((await webhook(new Request('https://api.example.com/', init))).status).toBe(413)
    expect(sent).toBeLessThan(25)
  })

  test('with more than 1 MiB is refused, though its body cannot be cancelled', async () => {
    const { webhook } = pair()
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(0x20)),
      cancel: () => Promise.reject(new Error('the body cannot be cancelled')),
    })
    const init = { method: 'POST', headers: jsonHeaders, body, duplex: 'half' } as RequestInit
    expect((await webhook(new Request('https://api.example.com/', init))).status).toBe(413)
  })

  test('that breaks off is refused', async () => {
    const { webhook } = pair()
    const body = new ReadableStream({ pull: () => Promise.reject(new Error('broken')) })
    const init = { method: 'POST', headers: jsonHeaders, body, duplex: 'half' } as RequestInit
    expect((await webhook(new Request('https://api.example.com/', init))).status).toBe(408)
  })
})

test('1,000 users of one event are revoked, and one more is not', async () => {
  const { first, webhook, send } = pair()
  current = webhook
  const users = (count: number) => ({
    eventName: 'user:deleted',
    data: { users: Array.from({ length: count }, (_, at) => `user-${at}`) },
  })
  expect(await send(users(1001))).toMatchObject({ status: 400 })
  expect(await verdictOf(first, token({ sub: 'user-0' }))).toBe('in')
  expect(await send(users(1000))).toMatchObject({ status: 200 })
  expect(await verdictOf(first, token({ sub: 'user-999' }))).toBe('revoked_token')
})

test('events beyond 5,000 users in progress are told to come again, and are done then', async () => {
  const { client, send, received } = pair({}, {})
  client.fault = 'paused'
  const event = (at: number) => ({
    eventName: 'user:deleted',
    data: { users: Array.from({ length: 1000 }, (_, user) => `${at}-${user}`) },
  })
  const waiting = Array.from({ length: 5 }, (_, at) => send(event(at)))
  const beyond = await send({ eventName: 'kick', data: { users: [userId] } })
  expect(beyond.status).toBe(503)
  client.fault = 'none'
  await Promise.all(waiting)
  expect((await send({ eventName: 'kick', data: { users: [userId] } })).status).toBe(200)
  expect(received().filter((event) => 'status' in event && event.status === 503).length).toBeGreaterThan(0)
})
