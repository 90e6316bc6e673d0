import { createServer, request as httpRequest } from 'node:http'
import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import {
  type ForwardAuth,
  type ForwardAuthResult,
  type ForwardedRequest,
  forwardAuth,
} from 'authing-guard/forward-auth'
import { createUserPool } from 'authing-guard/testing'
import fc from 'fast-check'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { closed, listening, portOf, sendRaw } from '../support/http.js'

const pool = await createUserPool({ users: [{ id: 'ratty' }, { id: 'mole' }] })
afterAll(() => pool.close())
const guard = createGuard({ ...pool.guardOptions, accessKeys: 'any', delegates: 'allow' })
const bearer = (token: string) => `Authorization: Bearer ${token}`

let warnings: (readonly [message: unknown, options: unknown])[] = []
beforeEach(() => {
  warnings = []
  vi.spyOn(process, 'emitWarning').mockImplementation((...given) => void warnings.push([given[0], given[1]]))
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** Asks a handler on a real server; resolves with what came back and with what the handler said. */
async function ask(handler: ForwardAuth, start: string, lines: readonly string[] = [], body = '') {
  const results: Promise<ForwardAuthResult>[] = []
  const server = createServer((request, response) => void results.push(Promise.resolve(handler(request, response))))
  await listening(server)
  const answer = await sendRaw(portOf(server), lines, `${start} HTTP/1.1`, body)
  await closed(server)
  const header = (name: string) => new RegExp(`^${name}: (.*)\r$`, 'im').exec(answer.text)?.[1]
  return { ...answer, header, result: await results[0] }
}

const callerNames = ['X-Auth-User-Id', 'X-Auth-Client-Id', 'X-Auth-Kind', 'X-Auth-Scopes', 'X-Auth-Tenant-Id']

/** The five headers of an admitted caller. */
async function callerOf(handler: ForwardAuth, lines: readonly string[]) {
  const { status, header, body } = await ask(handler, 'GET /auth', lines)
  expect([status, body, header('Cache-Control'), header('Content-Length')]).toEqual([200, '', 'no-store', '0'])
  return callerNames.map(header)
}

describe('the answer that admits', () => {
  const handler = forwardAuth({ '/auth': guard })

  test('names a user, with the scopes of the access token', async () => {
    const token = pool.mint({ scope: 'openid book:read' })
    expect(await callerOf(handler, [bearer(token)])).toEqual(['ratty', '', 'user', 'openid book:read', ''])
  })

  test('names a machine, and a delegate with its user', async () => {
    const [, clientId, ...machine] = await callerOf(handler, [bearer(pool.mint({ type: 'machine', scope: 'a:b' }))])
    expect(clientId).toMatch(/^[0-9a-f]{24}$/)
    expect(machine).toEqual(['machine', 'a:b', ''])
    const delegate = await callerOf(handler, [bearer(pool.mint({ type: 'delegate' }))])
    expect(delegate.slice(0, 3)).toEqual(['ratty', clientId, 'delegate'])
  })

  test('has every header, empty, for an anonymous caller', async () => {
    const optional = forwardAuth({ '/auth': createGuard({ ...pool.guardOptions, credentials: 'optional' }) })
    expect(await callerOf(optional, [])).toEqual(['', '', '', '', ''])
  })

  test('names the tenant', async () => {
    const token = pool.mint({ claims: { tenant_id: '61a' } })
    expect((await callerOf(handler, [bearer(token)])).at(-1)).toBe('61a')
  })

  test('encodes what is not visible ASCII, so that decoding gives exactly the claim', async () => {
    for (const sub of ['河鼠', 'a b', 'a%20b', 'a\r\nX-Auth-Kind: machine', ' ', '😀', 'a\u0000', '\u00e9', '%']) {
      const [userId = '', ...rest] = await callerOf(handler, [bearer(pool.mint({ claims: { sub } }))])
      expect(userId).toMatch(/^[\x21-\x7e]+$/)
      expect(decodeURIComponent(userId)).toBe(sub)
      expect(rest.slice(0, 2)).toEqual(['', 'user'])
    }
  })

  test('keeps two IDs apart that are not Unicode', async () => {
    const encoded = async (sub: string) => (await callerOf(handler, [bearer(pool.mint({ claims: { sub } }))]))[0]
    expect([await encoded('a\ud800'), await encoded('a\udfff')]).toEqual(['a%ED%A0%80', 'a%ED%BF%BF'])
  })

  test('is the same for any method, and reads no body', async () => {
    for (const method of ['HEAD', 'POST', 'OPTIONS', 'DELETE']) {
      const lines = [bearer(pool.mint()), 'Content-Length: 5']
      expect(await ask(handler, `${method} /auth`, lines, 'hello')).toMatchObject({ status: 200, body: '' })
    }
    // The body is announced and never comes.
    expect(await ask(handler, 'POST /auth', [bearer(pool.mint()), 'Content-Length: 10000000'])).toMatchObject({
      status: 200,
    })
  })
})

describe('a request of a host that keeps no header lines', () => {
  test('is answered by its headers', async () => {
    const statusOf = async (headers: object, lines: object = {}) =>
      (
        await forwardAuth({ '/auth': guard })(
          { url: '/auth', headers, ...lines },
          { writeHead: () => {}, end: () => {} },
        )
      ).status
    const authorization = `Bearer ${pool.mint()}`
    expect(await statusOf({ authorization })).toBe(200)
    expect(await statusOf({ authorization }, { rawHeaders: [] })).toBe(200)
    expect(await statusOf({ authorization: [authorization, authorization] })).toBe(400)
    expect(await statusOf({})).toBe(401)
  })
})

describe('an address', () => {
  const handler = forwardAuth({ '/auth': guard, '/auth/books': guard.require({ scope: 'book:read' }) })
  const good = bearer(pool.mint())

  test('has its own guard', async () => {
    expect(await ask(handler, 'GET /auth', [good])).toMatchObject({ status: 200, result: { address: '/auth' } })
    expect(await ask(handler, 'GET /auth/books', [good])).toMatchObject({
      status: 403,
      challenge: expect.stringContaining('scope="book:read"'),
      result: { status: 403, address: '/auth/books', reason: 'insufficient_scope', detail: expect.any(String) },
    })
  })

  test('is found whatever the query is', async () => {
    for (const query of ['?', '?/auth/books', '?a=/../../auth/books']) {
      expect(await ask(handler, `GET /auth${query}`, [good])).toMatchObject({ status: 200 })
    }
  })

  test.each([
    ...[
      '/',
      '/auth/',
      '//auth',
      '/./auth',
      '/x/../auth',
      '/auth/books/..',
      '/auth%2fbooks',
      '/%61uth',
      '/AUTH',
      '/auth;a',
    ],
    ...[
      '/auth#a',
      '/auth\\books',
      'http://localhost/auth',
      '*',
      '/__proto__',
      '/constructor',
      '/auth/books%00',
      '/autḣ',
    ],
  ])('is compared as it is: %s is refused with 403', async (address) => {
    const { status, body, header, result } = await ask(handler, `GET ${address}`, [good])
    expect([status, header('Cache-Control'), header('WWW-Authenticate')]).toEqual([403, 'no-store', undefined])
    expect(JSON.parse(body)).toEqual({ error: 'forbidden', error_description: 'The caller may not do this.' })
    expect(result).toMatchObject({ status: 403, address: undefined, reason: 'unknown_address' })
  })

  test('that is not named is reported once, without what was asked', async () => {
    const fresh = forwardAuth({ '/auth': guard, '/auth/books': guard })
    for (let time = 0; time < 3; time++) await ask(fresh, 'GET /reset/my-secret?token=my-secret', [good])
    expect(warnings).toEqual([
      [
        'authing-guard: forwardAuth answered 403: the proxy asked for an address that is not named; named are /auth, /auth/books',
        expect.objectContaining({ code: 'AUTHING_UNKNOWN_ADDRESS' }),
      ],
    ])
  })

  test('of the prefix that Envoy puts before the path and the query is the prefix, if that ends in ?', async () => {
    const prefix = '/auth/books?'
    for (const path of ['/', '/auth', '/a/../../auth', '/x?y=?z', '//auth']) {
      expect(await ask(handler, `POST ${prefix}${path}`, [good])).toMatchObject({
        status: 403,
        result: { address: '/auth/books' },
      })
    }
  })
})

describe('a refusal', () => {
  const handler = forwardAuth({ '/auth': guard })

  test('has the challenge and the body, in a header too', async () => {
    const { status, challenge, header, body } = await ask(handler, 'GET /auth', [bearer('garbage')])
    expect([status, header('Cache-Control'), header('Content-Type')]).toEqual([
      401,
      'no-store',
      'application/json; charset=utf-8',
    ])
    expect(challenge).toContain('error="invalid_token"')
    expect(JSON.parse(body)).toHaveProperty('error', 'invalid_token')
    expect(header('X-Auth-Error')).toBe(body)
    for (const name of callerNames) expect(header(name)).toBeUndefined()
  })

  test('of two Authorization lines is 400', async () => {
    const good = bearer(pool.mint())
    expect(await ask(handler, 'GET /auth', [good, good])).toMatchObject({ status: 400 })
  })

  test('in an outage of the issuer is 503 with Retry-After, and ends with the outage', async () => {
    await using late = await createUserPool()
    let now = Date.now()
    const waiting = forwardAuth({ '/auth': createGuard({ ...late.guardOptions, now: () => now }) })
    late.goDown()
    const token = bearer(late.mint())
    const { status, header, challenge, result } = await ask(waiting, 'GET /auth', [token])
    expect([status, challenge]).toEqual([503, undefined])
    expect(header('Retry-After')).toMatch(/^[1-9]\d?$/)
    expect(result).toMatchObject({ reason: 'keys_unavailable' })
    late.comeUp()
    now += 31_000
    expect(await ask(waiting, 'GET /auth', [token])).toMatchObject({ status: 200 })
  })
})

describe('what functions of yours are given', () => {
  const seen: ForwardedRequest[] = []
  const watching = guard.require({
    when: (_, request: ForwardedRequest) => {
      seen.push(request)
      return request.uri === undefined || request.uri.startsWith('/books')
    },
  })
  const good = bearer(pool.mint())
  beforeEach(() => {
    seen.length = 0
  })

  test('has no method and no URI where no option names their headers, whatever the headers say', async () => {
    const lines = [good, 'X-Forwarded-Method: DELETE', 'X-Forwarded-Uri: /books', 'Cookie: a=b']
    await ask(forwardAuth({ '/auth': watching }), 'GET /auth', lines)
    expect(seen).toMatchObject([{ method: undefined, uri: undefined, headers: { cookie: 'a=b' } }])
  })

  test('has them as they came from the headers that the options name', async () => {
    const handler = forwardAuth(
      { '/auth': watching },
      { methodHeader: 'X-Original-Method', uriHeader: 'X-Original-URI' },
    )
    const told = (uri: string) => [good, 'X-Original-Method: DELETE', `X-Original-URI: ${uri}`]
    const uri = '/books/%2e%2e?a=b'
    expect(await ask(handler, 'GET /auth', told(uri))).toMatchObject({ status: 200, result: { method: 'DELETE' } })
    expect(seen).toMatchObject([{ method: 'DELETE', uri }])
    expect(await ask(handler, 'GET /auth', told('/admin'))).toMatchObject({
      status: 403,
      result: { reason: 'permission_denied', method: 'DELETE' },
    })
  })

  test.each([
    ['missing', []],
    ['there twice', ['X-Original-URI: /books', 'X-Original-URI: /books']],
  ])('is nothing where the header of the URI is %s: 403, reported once', async (_, lines) => {
    const handler = forwardAuth({ '/auth': watching }, { uriHeader: 'X-Original-URI' })
    for (let time = 0; time < 2; time++) {
      const { status, result } = await ask(handler, 'GET /auth', [good, ...lines])
      expect([status, result?.reason, result?.address]).toEqual([403, 'missing_header', '/auth'])
    }
    expect(seen).toEqual([])
    expect(warnings).toEqual([
      [
        'authing-guard: forwardAuth answered 403: x-original-uri is missing, or there is more than one',
        expect.objectContaining({ code: 'AUTHING_MISSING_HEADER' }),
      ],
    ])
  })

  test('is nothing where the header of the method is missing', async () => {
    const handler = forwardAuth({ '/auth': watching }, { methodHeader: 'X-Original-Method' })
    expect(await ask(handler, 'GET /auth', [good])).toMatchObject({ status: 403, result: { reason: 'missing_header' } })
  })
})

describe('getToken', () => {
  test('finds a token elsewhere', async () => {
    const getToken = ({ headers }: ForwardedRequest) => /session=([^;]*)/.exec(headers.cookie ?? '')?.[1]
    const handler = forwardAuth({ '/auth': guard }, { getToken })
    expect(await callerOf(handler, [`Cookie: session=${pool.mint()}`])).toMatchObject(
      ['ratty', '', 'user', '', ''].map(() => expect.any(String)),
    )
    expect(await ask(handler, 'GET /auth')).toMatchObject({ status: 401 })
  })

  test.each([
    [
      'throws',
      () => {
        throw new RangeError('my-secret')
      },
      'getToken threw RangeError',
    ],
    [
      'throws a text',
      () => {
        throw 'my-secret'
      },
      'getToken threw string',
    ],
    [
      'returns a promise',
      async () => 'my-secret',
      'authing-guard: getToken must return the token itself, and returned a promise',
    ],
  ])('that %s makes the answer 500, and is reported once', async (_, getToken, detail) => {
    const handler = forwardAuth({ '/auth': guard }, { getToken: getToken as never })
    for (let time = 0; time < 2; time++) {
      const { status, body, result, header } = await ask(handler, 'GET /auth')
      expect([status, JSON.parse(body).error, header('Cache-Control')]).toEqual([500, 'server_error', 'no-store'])
      expect(result).toMatchObject({ status: 500, reason: 'get_token_failed', detail })
    }
    expect(warnings.map(([message]) => message)).toEqual([`authing-guard: forwardAuth answered 500: ${detail}`])
  })
})

describe('forwardAuth', () => {
  test('has its guards by address', () => {
    const express = authingGuard(pool.guardOptions)
    expect(forwardAuth({ '/a': guard, '/b': express }).guards).toEqual({ '/a': guard, '/b': express })
  })

  const notPaths = ['auth', '', '/a?b', '/a#b', '/a b', '/é', 'http://localhost/auth']
  const mustBePath = (address: string) => `forwardAuth: ${JSON.stringify(address)} must be a path, like "/auth"`
  const wrong: readonly (readonly [given: readonly unknown[], message: string])[] = [
    [[undefined], "forwardAuth takes its addresses first, like { '/auth': guard }"],
    [[{}], "forwardAuth takes its addresses first, like { '/auth': guard }"],
    [[guard], mustBePath('verifyToken')],
    ...notPaths.map((address) => [[{ [address]: guard }], mustBePath(address)] as const),
    [
      [{ '/auth': pool.guardOptions }],
      'forwardAuth: "/auth" must have a guard: make one with createGuard({ issuer, appId })',
    ],
    [[{ '/auth': undefined }], 'forwardAuth: "/auth" must have a guard: make one with createGuard({ issuer, appId })'],
    [[{ '/auth': guard }, { urlHeader: 'a' }], 'there is no option forwardAuth.urlHeader'],
    [[{ '/auth': guard }, { uriHeader: 'a b' }], 'forwardAuth.uriHeader must be the name of a header'],
    [[{ '/auth': guard }, { methodHeader: 1 }], 'forwardAuth.methodHeader must be a string: the name of a header'],
    [
      [{ '/auth': guard }, { authorizationHeader: 'ignore' }],
      "adapter.authorizationHeader is 'ignore', which needs getToken",
    ],
  ]
  test.each(wrong)('throws where it is called with %o', (given, message) => {
    expect(() => Reflect.apply(forwardAuth, undefined, given)).toThrow(TypeError)
    expect(() => Reflect.apply(forwardAuth, undefined, given)).toThrow(`authing-guard: ${message}`)
  })

  test('admits at the named address alone, whatever is asked', async () => {
    const handler = forwardAuth({ '/auth': guard })
    const server = createServer((request, response) => void handler(request, response))
    await listening(server)
    const status = (path: string) =>
      new Promise((resolve, reject) => {
        const asked = httpRequest({
          host: '127.0.0.1',
          port: portOf(server),
          path,
          headers: { authorization: `Bearer ${pool.mint()}` },
        })
        asked
          .on('response', (answer) => resolve(answer.resume().statusCode))
          .on('error', reject)
          .end()
      })
    const paths = fc.string({ unit: fc.constantFrom(...'/auth.%2f;#\\:@'.split('')), maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(paths, async (path) => {
        expect(await status(`/${path}`)).toBe(path === 'auth' ? 200 : 403)
      }),
    )
    await closed(server)
  })
})
