import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, asPage, type Running, running, viewOf } from './running.js'

// A page of another origin must not issue tokens: this tries every request that a browser can send.

let here: Running
beforeAll(async () => {
  here = await running()
})
afterAll(() => here.end())

const jwt = /^[\w-]+\.[\w-]+\.[\w-]+$/
const mint = { method: 'POST', body: '{}' }

const errorOf = (body: string): unknown => JSON.parse(body).error

describe('Host', () => {
  const paths = ['/', '/console.js', '/token', '/api/state', '/nothing']

  test.each(paths)(
    'a request for %s with another Host than loopback and the own port gets 421, so DNS rebinding mints no token',
    async (path) => {
      const others = [
        'evil.example',
        `evil.example:${here.port}`,
        '127.0.0.1',
        `127.0.0.1:${here.port + 1}`,
        `127.0.0.1:${here.port}0`,
        `xlocalhost:${here.port}`,
        `localhost.evil.example:${here.port}`,
        `user@localhost:${here.port}`,
        `0.0.0.0:${here.port}`,
      ]
      for (const host of others) {
        const { status, body } = await ask(here.port, path, { ...asPage(here), host })
        expect([status, errorOf(body)], host).toEqual([421, 'wrong_host'])
      }
    },
  )

  test('of an action must be loopback too', async () => {
    const { status } = await ask(here.port, '/api/mint', { ...asPage(here), host: 'evil.example' }, mint)
    expect(status).toBe(421)
  })

  test.each(['127.0.0.1', 'localhost', 'LocalHost', '[::1]'])('can be %s', async (name) => {
    const { status, body } = await ask(here.port, '/token', { host: `${name}:${here.port}` })
    expect(status).toBe(200)
    expect(body).toMatch(jwt)
  })
})

describe('the token for a shell', () => {
  test('is given to curl, and to the address bar', async () => {
    for (const headers of [{}, { 'sec-fetch-site': 'none' }]) {
      const { status, headers: answered, body } = await ask(here.port, '/token', headers)
      expect(status).toBe(200)
      expect(answered['content-type']).toBe('text/plain; charset=utf-8')
      expect(body).toMatch(jwt)
    }
  })

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
  ])('is not given to a page: %j', async (headers) => {
    const { status, body } = await ask(here.port, '/token', headers)
    expect([status, errorOf(body)]).toEqual([403, 'foreign_page'])
  })
})

describe('an action', () => {
  const without = (name: string) => Object.fromEntries(Object.entries(asPage(here)).filter(([key]) => key !== name))

  test('runs for the page itself', async () => {
    const { status, body } = await ask(here.port, '/api/mint', asPage(here), mint)
    expect(status).toBe(200)
    expect(JSON.parse(body).done.token).toMatch(jwt)
  })

  test('runs if the browser sends no Sec-Fetch-Site', async () => {
    expect((await ask(here.port, '/api/mint', without('sec-fetch-site'), mint)).status).toBe(200)
  })

  test.each([['http://evil.example'], ['null'], ['https://127.0.0.1'], ['http://127.0.0.1:3000']])(
    'is refused with the Origin %s',
    async (origin) => {
      const { status, body } = await ask(here.port, '/api/mint', { ...asPage(here), origin }, mint)
      expect([status, errorOf(body)]).toEqual([403, 'foreign_page'])
    },
  )

  test('is refused without an Origin', async () => {
    expect((await ask(here.port, '/api/mint', without('origin'), mint)).status).toBe(403)
  })

  test('is refused for a page of localhost at the host 127.0.0.1', async () => {
    const origin = `http://localhost:${here.port}`
    expect((await ask(here.port, '/api/mint', { ...asPage(here), origin }, mint)).status).toBe(403)
    const host = `localhost:${here.port}`
    expect((await ask(here.port, '/api/mint', { ...asPage(here), origin, host }, mint)).status).toBe(200)
  })

  test.each(['cross-site', 'same-site', 'none'])('is refused with Sec-Fetch-Site %s', async (site) => {
    const { status } = await ask(here.port, '/api/mint', { ...asPage(here), 'sec-fetch-site': site }, mint)
    expect(status).toBe(403)
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json; charset=gbk',
    'application/jsonp',
  ])('is refused with the content type %s, which a form could send', async (type) => {
    const { status, body } = await ask(here.port, '/api/mint', { ...asPage(here), 'content-type': type }, mint)
    expect([status, errorOf(body)]).toEqual([415, 'not_json'])
    expect((await ask(here.port, '/api/mint', without('content-type'), mint)).status).toBe(415)
  })

  test('is refused without the key of this run', async () => {
    const wrong = [
      '',
      'x',
      here.key.slice(1),
      `${here.key}x`,
      `${here.key.slice(0, -1)}${here.key.endsWith('A') ? 'B' : 'A'}`,
    ]
    for (const key of wrong) {
      const { status, body } = await ask(here.port, '/api/mint', { ...asPage(here), 'x-console-key': key }, mint)
      expect([status, errorOf(body)], key).toEqual([403, 'other_run'])
    }
    expect((await ask(here.port, '/api/mint', without('x-console-key'), mint)).status).toBe(403)
  })

  test('accepts POST only', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await ask(here.port, '/api/mint', asPage(here), { method })
      expect([status, headers['allow']], method).toEqual([405, 'POST'])
    }
  })
})

describe('a report of requests to the API', () => {
  const json = { 'content-type': 'application/json' }
  const report = { method: 'POST', body: '{"requests":[]}' }

  test('is taken from a process on this machine', async () => {
    const { status, body } = await ask(here.port, '/report', json, report)
    expect([status, body]).toEqual([200, '{}'])
  })

  test.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3000' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])('is not taken from a page: %j', async (headers) => {
    const { status, body } = await ask(here.port, '/report', { ...json, ...headers }, report)
    expect([status, errorOf(body)]).toEqual([403, 'foreign_page'])
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'is not taken with the content type %j, which a form or a simple fetch can send',
    async (type) => {
      const { status, body } = await ask(here.port, '/report', { 'content-type': type }, report)
      expect([status, errorOf(body)]).toEqual([415, 'not_json'])
    },
  )

  test('is not taken under another host name, which may resolve to loopback', async () => {
    const headers = { ...json, host: `evil.example:${here.port}` }
    expect((await ask(here.port, '/report', headers, report)).status).toBe(421)
  })

  test('gets no answer that a page of another origin may ask for in advance', async () => {
    const preflight = { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
    const { status, headers } = await ask(here.port, '/report', preflight, { method: 'OPTIONS' })
    expect(status).toBe(403)
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect((await ask(here.port, '/report', json)).status).toBe(405)
  })
})

describe('the state of the page', () => {
  test('is given to the page itself', async () => {
    expect(await viewOf(here)).toMatchObject({ environment: expect.arrayContaining([`AUTHING_ISSUER=${here.issuer}`]) })
  })

  test('needs no Origin: browsers send none with GET', async () => {
    const { origin: _, ...headers } = asPage(here)
    expect((await ask(here.port, '/api/state', headers)).status).toBe(200)
  })

  test.each([
    { 'x-console-key': 'another' },
    { origin: 'http://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
  ])('is not given to any other page: %j', async (headers) => {
    expect((await ask(here.port, '/api/state', { ...asPage(here), ...headers })).status).toBe(403)
  })
})

describe('the page and its files', () => {
  test.each([
    [{}, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 200],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 403],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'document' }, 403],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 403],
  ])('can be linked to, but not read: %j is answered with %i', async (headers, expected) => {
    expect((await ask(here.port, '/', headers)).status).toBe(expected)
  })

  test('are given to the page only', async () => {
    const of = async (site: string) => (await ask(here.port, '/console.js', { 'sec-fetch-site': site })).status
    expect(await Promise.all(['same-origin', 'none', 'same-site', 'cross-site'].map(of))).toEqual([200, 200, 403, 403])
  })

  test.each([
    '/console.html',
    '/../dev.ts',
    '/..%2fdev.ts',
    '/%2e%2e/dev.ts',
    '//console.js',
    '/page/console.js',
    '/constructor',
    '/api',
    '/favicon.ico',
  ])('do not include %s', async (path) => {
    expect((await ask(here.port, path)).status).toBe(404)
  })

  test('accept GET only', async () => {
    for (const path of ['/', '/console.css', '/token']) {
      const { status, headers } = await ask(here.port, path, {}, { method: 'POST' })
      expect([status, headers['allow']], path).toEqual([405, 'GET'])
    }
  })
})

describe('every answer', () => {
  test.each([
    '/',
    '/console.js',
    '/console.css',
    '/texts.json',
    '/icon.svg',
    '/token',
    '/token?type=nothing',
    '/nothing',
  ])('cannot be framed, stored or read by another origin: %s', async (path) => {
    const { headers } = await ask(here.port, path)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    const policy = String(headers['content-security-policy'])
    for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      expect(policy).toContain(rule)
    }
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('of the page has no inline script and no inline style', async () => {
    const { body, headers } = await ask(here.port, '/')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(body.match(/<script\b[^>]*>[^<]*/g)).toEqual([expect.stringMatching(/src="\/console\.js">$/)])
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\/(?!localhost)/)
  })
})
