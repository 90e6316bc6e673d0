import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { createUserPool, type PoolRequest, type UserPool } from 'authing-guard/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

let pool: UserPool
let time = 0
beforeEach(async () => {
  time = 1_000
  pool = await createUserPool({ apps: [{ algorithm: 'ES256' }], now: () => time })
})
afterEach(() => pool.close())

test('the pool records every request, oldest first, without its query', async () => {
  await fetch(`${pool.jwksUri}?access_token=secret`)
  time = 2_000
  await fetch(`${pool.host}/oidc/token`, { method: 'POST', body: 'client_secret=secret' })
  expect(pool.requests).toEqual([
    { number: 1, method: 'GET', path: '/oidc/.well-known/jwks.json', status: 200, at: 1_000 },
    { number: 2, method: 'POST', path: '/oidc/token', status: 400, at: 2_000 },
  ])
  pool.clearRequests()
  expect(pool.requests).toEqual([])
})

test('a list of requests that was read before does not change', async () => {
  await fetch(pool.jwksUri)
  const before = pool.requests
  await fetch(pool.jwksUri)
  expect(before).toHaveLength(1)
  expect(Object.isFrozen(before[0])).toBe(true)
})

test('a recorded path is cut to 256 characters', async () => {
  await fetch(`${pool.host}/${'x'.repeat(5_000)}`)
  expect(pool.requests[0]?.path).toHaveLength(256)
})

test('the pool keeps the last ten thousand requests', async () => {
  const { hostname, port } = new URL(pool.host)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const ask = (path: string) =>
    new Promise((done) => request({ hostname, port, path, agent }, (reply) => reply.resume().on('end', done)).end())
  await ask('/first')
  await Promise.all(Array.from({ length: 10_000 }, () => ask('/more')))
  agent.destroy()
  expect(pool.requests).toHaveLength(10_000)
  expect(pool.requests.some(({ path }) => path === '/first')).toBe(false)
})

test('the pool answers an unknown path with 404 and another method with 405, in JSON', async () => {
  const unknown = await fetch(`${pool.host}/toString`)
  expect(unknown.status).toBe(404)
  expect(await unknown.json()).toMatchObject({ error: 'not_found' })
  const method = await fetch(pool.jwksUri, { method: 'DELETE' })
  expect(method.status).toBe(405)
  expect(method.headers.get('allow')).toBe('GET')
  expect(await method.json()).toMatchObject({ error: 'method_not_allowed' })
})

test('the pool answers a body over 64 KiB with 413', async () => {
  const post = (length: number) => fetch(`${pool.host}/oidc/token`, { method: 'POST', body: 'x'.repeat(length) })
  expect((await post(65_536)).status).toBe(400)
  expect((await post(65_537)).status).toBe(413)
})

test.each([
  ['Bearer secret.secret', 'Bearer ****'],
  ['basic c2VjcmV0', 'basic ****'],
  ['secret of its own', '****'],
  ['secret', '****'],
])('the pool records only the scheme of the Authorization header: %s', async (authorization, recorded) => {
  await fetch(`${pool.host}/oidc/me`, { headers: { authorization } })
  expect(pool.requests).toMatchObject([{ path: '/oidc/me', status: 401, authorization: recorded }])
  expect(JSON.stringify(pool.requests)).not.toContain('secret')
})

test('onRequest is called when a request arrives and when it is answered', async () => {
  const calls: PoolRequest[] = []
  await using observed = await createUserPool({ onRequest: (request) => calls.push(request) })
  await fetch(observed.jwksUri)
  observed.goDown({ fault: 'error' })
  await fetch(observed.jwksUri)
  observed.clearRequests()
  await fetch(observed.host)
  expect(calls.map(({ number, status }) => [number, status])).toEqual([
    [1, 0],
    [1, 200],
    [2, 0],
    [2, 500],
    [3, 0],
    [3, 500],
  ])
})

test.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost:80:80', '0.0.0.0'])(
  'the pool refuses the Host %s, under which a web page could reach it (DNS rebinding)',
  async (host) => {
    const port = Number(new URL(pool.host).port)
    const { status, body } = await askAs(port, host, '/oidc/.well-known/jwks.json')
    expect(status).toBe(421)
    expect(JSON.parse(body)).toMatchObject({ error: 'invalid_request' })
  },
)

test('the pool refuses a request without Host, as in HTTP/1.0', async () => {
  const socket = connect(Number(new URL(pool.host).port), '127.0.0.1')
  socket.end('GET /oidc/.well-known/jwks.json HTTP/1.0\r\n\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 421 /)
})

test.each(['127.0.0.1', 'localhost:5000', 'LOCALHOST', '[::1]:80'])(
  'the pool answers the Host %s, which is loopback',
  async (host) => {
    expect((await askAs(Number(new URL(pool.host).port), host, '/oidc/.well-known/jwks.json')).status).toBe(200)
  },
)

const askAs = (port: number, host: string, path: string): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, headers: { host } }, (reply) => {
      let body = ''
      reply.setEncoding('utf8')
      reply.on('data', (more: string) => {
        body += more
      })
      reply.on('end', () => resolve({ status: Number(reply.statusCode), body }))
    })
    asking.on('error', reject).end()
  })
