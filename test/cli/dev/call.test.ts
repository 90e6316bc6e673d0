import { createServer, type RequestListener } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closed, listening, portOf, serving } from '../../support/http.js'
import { act, type Running, running } from './running.js'

// The console calls the developer's API for its page: "Send it".

let here: Running
beforeAll(async () => {
  here = await running(['--algorithm', 'ES256'])
})
afterAll(() => here.end())

const answers: Readonly<Record<string, RequestListener>> = {
  '/me?a=1': ({ method, headers }, response) => {
    response.setHeader('Set-Cookie', ['a=1', 'b=2'])
    response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end(`${method} ${headers.authorization}`)
  },
  '/long': (_request, response) => void response.end('x'.repeat(100_000)),
  '/moved': (_request, response) => void response.writeHead(302, { location: '/me?a=1' }).end(),
  '/torn': ({ socket }) => void socket.destroy(),
}
const api = serving((request, response) => answers[String(request.url)]?.(request, response))

const call = async (url: unknown, token: unknown = 'a.b.c') => act(here, 'call', { url, token })

describe('the call of an API', () => {
  test('shows the status, each header and the body, and sends the token', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const { done } = await call(`http://${host}:${api.port}/me?a=1`)
      expect(done).toMatchObject({ status: 401, statusText: 'Unauthorized', body: 'GET Bearer a.b.c', isCut: false })
      expect(done.headers).toEqual(
        expect.arrayContaining([
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
          ['WWW-Authenticate', 'Bearer'],
        ]),
      )
    }
  })

  test('finds an API on localhost that listens with IPv6 alone', async () => {
    const server = createServer((_request, response) => void response.end('six'))
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve))
    const { done } = await call(`http://localhost:${portOf(server)}/`)
    expect(done.body).toBe('six')
    await closed(server)
  })

  test('has the method that was chosen', async () => {
    const asked = { url: `${api.origin}/me?a=1`, token: 'a.b.c', method: 'DELETE' }
    expect((await act(here, 'call', asked)).done).toMatchObject({ status: 401, body: 'DELETE Bearer a.b.c' })
  })

  test.each(['get', 'CONNECT', 'GET / HTTP/1.1\r\n', 7])('is refused with the method %j', async (method) => {
    const { invalid } = await act(here, 'call', { url: `${api.origin}/me?a=1`, token: 'a.b.c', method })
    expect(invalid).toContain('method must be one of GET, POST, PUT, PATCH, DELETE')
  })

  test('shows the first 64 KiB of a long body', async () => {
    const { done } = await call(`${api.origin}/long`)
    expect([done.body.length, done.isCut]).toEqual([65_536, true])
  })

  test('follows no redirect', async () => {
    const { done } = await call(`${api.origin}/moved`)
    expect([done.status, done.body]).toEqual([302, ''])
  })

  test.each([
    'http://example.com/',
    'http://127.0.0.1.evil.example/',
    'http://127.0.0.1@evil.example/',
    'http://192.168.0.1/',
    'http://0.0.0.0:3000/',
    'https://localhost:3000/',
    'file:///etc/passwd',
    'localhost:3000',
    '',
  ])('does not leave this machine for %s', async (url) => {
    expect((await call(url)).done).toEqual({ problem: 'not_local' })
  })

  test('says where there is no answer', async () => {
    const server = createServer()
    await listening(server)
    const port = portOf(server)
    await closed(server)
    expect((await call(`http://127.0.0.1:${port}/`)).done).toEqual({ problem: 'no_answer' })
    expect((await call(`${api.origin}/torn`)).done).toEqual({ problem: 'no_answer' })
  })

  test('needs texts, and a token that fits into a header', async () => {
    expect((await call(1)).invalid).toContain('url and token must be strings')
    expect((await call(api.origin, null)).invalid).toContain('url and token must be strings')
    expect((await call(api.origin, 'a\r\nx: y')).invalid).toContain('Invalid character in header')
  })
})
