import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createServer as createNetServer } from 'node:net'
import { createGuard } from 'authing-guard'
import { forwardAuth } from 'authing-guard/forward-auth'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { closed, listening, portOf, sendRaw } from '../../support/http.js'
import { fileIn, inFolder, moduleOf, run, serving } from './serving.js'

const pool = await createUserPool()
afterAll(() => pool.close())
inFolder()
const guard = createGuard(pool.guardOptions)
const bearer = (token: string) => `Authorization: Bearer ${token}`
const get = (port: number, path: string, ...lines: string[]) => sendRaw(port, lines, `GET ${path} HTTP/1.1`)

describe('serve', () => {
  test('answers subrequests, on loopback, and says where', async () => {
    await using here = await serving(forwardAuth({ '/auth': guard, '/auth/books': guard }))
    expect(here.printed.err).toBe(
      `authing-guard serve listens on http://127.0.0.1:${here.port} and answers at /auth, /auth/books. Ctrl+C stops it.\n`,
    )
    const good = await get(here.port, '/auth', bearer(pool.mint()))
    expect(good.status).toBe(200)
    expect(good.text).toMatch(/^X-Auth-Kind: user\r$/m)
    expect(here.log()).toEqual([])
    expect(await here.end()).toBe(0)
    expect(here.printed.err).toMatch(/^authing-guard serve has stopped\.\n$/m)
  })

  test('writes one line of JSON for each refusal, without the token and the query', async () => {
    const handler = forwardAuth({ '/auth': guard }, { methodHeader: 'X-Original-Method' })
    await using here = await serving(handler)
    const token = pool.mint({ defect: 'expired' })
    const method = `X-Original-Method: ${'M'.repeat(50)}`
    await get(here.port, '/auth?token=my-secret', bearer(token), method)
    expect(here.log()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        status: 401,
        address: '/auth',
        method: 'M'.repeat(20),
        reason: 'expired_token',
        detail: expect.any(String),
      },
    ])
    expect(here.printed.out).not.toContain('my-secret')
    expect(here.printed.out).not.toContain(token.split('.')[2])
  })

  test('is alive at once, and ready when the keys were asked for, whatever came of it', async () => {
    await using down = await createUserPool()
    const answers: (() => void)[] = []
    const options = {
      ...down.guardOptions,
      fetch: () => new Promise<never>((_, reject) => answers.push(() => reject(new TypeError('down')))),
    }
    await using here = await serving(forwardAuth({ '/auth': createGuard(options) }))
    expect(await get(here.port, '/healthz')).toMatchObject({ status: 200, body: '{"status":"alive"}' })
    expect(await get(here.port, '/readyz')).toMatchObject({ status: 503, body: '{"status":"not ready"}' })
    while (answers.length > 0) answers.pop()?.()
    await vi.waitFor(async () => {
      while (answers.length > 0) answers.pop()?.()
      expect(await get(here.port, '/readyz')).toMatchObject({ status: 200, body: '{"status":"ready"}' })
    })
    expect(here.log()).toEqual([])
  })

  test('answers 503 while the issuer is down from the start, and 200 when it is back', async () => {
    await using late = await createUserPool()
    late.goDown()
    let now = Date.now()
    await using here = await serving(forwardAuth({ '/auth': createGuard({ ...late.guardOptions, now: () => now }) }))
    await vi.waitFor(async () => expect(await get(here.port, '/readyz')).toMatchObject({ status: 200 }))
    const answer = await get(here.port, '/auth', bearer(late.mint()))
    expect(answer.status).toBe(503)
    expect(answer.text).toMatch(/^Retry-After: \d+\r$/m)
    late.comeUp()
    now += 31_000
    expect(await get(here.port, '/auth', bearer(late.mint()))).toMatchObject({ status: 200 })
    expect(here.log()).toMatchObject([{ status: 503, reason: 'keys_unavailable' }])
  })

  test('sees the second of two Authorization lines behind thousands of others', async () => {
    await using here = await serving(forwardAuth({ '/auth': guard }))
    const token = pool.mint()
    const many = Array.from({ length: 5000 }, (_, at) => `x${at}: 1`)
    expect(await get(here.port, '/auth', bearer(token), ...many)).toMatchObject({ status: 200 })
    expect(await get(here.port, '/auth', bearer(token), ...many, bearer(token))).toMatchObject({ status: 400 })
  })

  test('does not ask for a body that waits to be asked for', async () => {
    await using here = await serving(forwardAuth({ '/auth': guard }))
    const lines = [bearer(pool.mint()), 'Content-Length: 10000000', 'Expect: 100-continue']
    const { status, text } = await sendRaw(here.port, lines, 'POST /auth HTTP/1.1')
    expect(status).toBe(200)
    expect(text).not.toContain('100 Continue')
    expect(text).toMatch(/^Connection: close\r$/m)
  })

  test('listens where it is told', async () => {
    await using here = await serving(forwardAuth({ '/auth': guard }), ['--port', '0', '--host', '::1'])
    expect(here.printed.err).toContain(`http://[::1]:${here.port} `)
  })
})

describe('a Unix socket', () => {
  const handler = forwardAuth({ '/auth': guard })
  const statusAt = (socketPath: string) =>
    new Promise((resolve, reject) => {
      request({ socketPath, path: '/auth', agent: false }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end()
    })

  test('is listened on, for all who may enter its folder, and is gone afterwards', async () => {
    const path = fileIn('a.sock')
    const here = await serving(handler, ['--socket', path])
    expect(here.printed.err).toContain(`listens on ${path} `)
    expect(lstatSync(path).mode & 0o777).toBe(0o777)
    expect(await statusAt(path)).toBe(401)
    await here.end()
    expect(existsSync(path)).toBe(false)
  })

  test('that a killed process left behind is replaced', async () => {
    const path = fileIn('b.sock')
    const leave = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
    expect(() => execFileSync(process.execPath, ['-e', leave, path])).toThrow()
    expect(lstatSync(path).isSocket()).toBe(true)
    await using _ = await serving(handler, ['--socket', path])
    expect(await statusAt(path)).toBe(401)
  })

  test('that is in use, and any other file, stays as it is', async () => {
    const path = fileIn('c.sock')
    const other = createNetServer().listen(path)
    const file = fileIn('c.txt')
    writeFileSync(file, 'mine')
    for (const taken of [path, file]) {
      const { ended, printed } = run(['--config', moduleOf(handler), '--socket', taken])
      expect([await ended, printed.err]).toEqual([
        1,
        `${taken} is in use. Stop the program that listens there, or choose another one.\n`,
      ])
    }
    other.close()
  })
})

describe('serve', () => {
  const good = () => moduleOf(forwardAuth({ '/auth': guard }))
  test.each([
    ['without a module', () => [], /^Name the module with the guards/],
    ['with a module that is not there', () => ['--config', fileIn('none.mjs')], /There is no file \S*none\.mjs/],
    [
      'with a module that exports something else',
      () => ['--config', moduleOf({ '/auth': guard })],
      /exports nothing that forwardAuth/,
    ],
    ['with a guard', () => ['--config', moduleOf(guard)], /exports nothing that forwardAuth/],
    [
      'with a guard at /healthz',
      () => ['--config', moduleOf(forwardAuth({ '/healthz': guard }))],
      /^\/healthz is answered by serve itself/,
    ],
    [
      'with a guard at /readyz',
      () => ['--config', moduleOf(forwardAuth({ '/readyz': guard }))],
      /^\/readyz is answered by serve itself/,
    ],
    ['with a port that is no number', () => ['--config', good(), '--port', 'x'], /^--port must be a whole number/],
    ['with a port that is too high', () => ['--config', good(), '--port', '65536'], /^--port must be a whole number/],
    ['with a socket and a port', () => ['--config', good(), '--socket', 'a', '--port', '1'], /^Use either --socket/],
    ['with a socket and a host', () => ['--config', good(), '--socket', 'a', '--host', 'b'], /^Use either --socket/],
    [
      'with an environment file that is not there',
      () => ['--config', good(), '--env-file', fileIn('.env')],
      /There is no file \S*\.env/,
    ],
  ])('does not start %s', async (_, args, message) => {
    const { ended, printed } = run(args())
    expect(await ended).toBe(2)
    expect(printed.err).toMatch(message)
    expect(printed.err).toMatch(/npx authing-guard serve|There is no file/)
  })

  test('does not start on a port that is taken, or at an address that is not here', async () => {
    const other = createServer()
    await listening(other)
    const taken = run(['--config', good(), '--port', String(portOf(other))])
    expect([await taken.ended, taken.printed.err]).toEqual([1, expect.stringMatching(/^127\.0\.0\.1:\d+ is in use/)])
    await closed(other)
    const away = run(['--config', good(), '--host', '192.0.2.1'])
    expect([await away.ended, away.printed.err]).toEqual([1, 'Cannot listen on 192.0.2.1:4180: EADDRNOTAVAIL.\n'])
  })
})
