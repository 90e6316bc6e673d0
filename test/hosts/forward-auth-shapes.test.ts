import { createGuard } from 'authing-guard'
import { type ForwardedRequest, forwardAuth } from 'authing-guard/forward-auth'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { readPage } from '../docs/markdown.js'
import { sendRaw, serving } from '../support/http.js'

// The requests of proxies that are not run here, as their documents and sources have them: Envoy 1.3x (ext_authz over
// HTTP: ext_authz_http_impl.cc), Traefik 3 (forwardAuth: pkg/middlewares/auth/forward.go) and APISIX 3 (forward-auth.lua).

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
afterAll(() => pool.close())
const guard = createGuard(pool.guardOptions)
const seen: ForwardedRequest[] = []
const watching = guard.require({ scope: 'book:read', when: (_, request: ForwardedRequest) => seen.push(request) > 0 })
const addresses = { '/auth': guard, '/auth/books': watching }
const names = ['X-Auth-User-Id', 'X-Auth-Client-Id', 'X-Auth-Kind', 'X-Auth-Scopes', 'X-Auth-Tenant-Id']

interface Shape {
  readonly name: string
  readonly start: string
  readonly lines: readonly string[]
  /** Whether it says what the client asked for, in headers of its own. */
  readonly tells: boolean
}

const forwarded = ['X-Forwarded-Method: DELETE', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example.com']
const shapes: readonly Shape[] = [
  {
    // The client's method; `path_prefix` and the client's path in one; no body.
    name: 'Envoy',
    start: 'DELETE /auth/books?/books/1?a=b HTTP/1.1',
    lines: [
      'content-length: 0',
      'x-envoy-internal: true',
      'x-forwarded-for: 10.0.0.1',
      'x-envoy-expected-rq-timeout-ms: 5000',
    ],
    tells: false,
  },
  {
    // GET, the configured address, the client's headers but for hop-by-hop ones, and its own.
    name: 'Traefik',
    start: 'GET /auth/books HTTP/1.1',
    lines: [
      'User-Agent: client',
      'Cookie: a=b',
      ...forwarded,
      'X-Forwarded-Uri: /books/1?a=b',
      'X-Forwarded-For: 10.0.0.1',
      'Accept-Encoding: gzip',
    ],
    tells: true,
  },
  {
    // GET, the configured address, its own headers, and those of `request_headers`.
    name: 'APISIX',
    start: 'GET /auth/books HTTP/1.1',
    lines: [
      'User-Agent: lua-resty-http/0.17.2',
      ...forwarded,
      'X-Forwarded-Uri: /books/1?a=b',
      'X-Forwarded-For: 10.0.0.1',
    ],
    tells: true,
  },
]

describe.each(shapes)('a subrequest in the form of $name (which is not run here)', ({ start, lines, tells }) => {
  const options = tells ? { methodHeader: 'X-Forwarded-Method', uriHeader: 'X-Forwarded-Uri' } : {}
  const handler = forwardAuth(addresses, options)
  const { server } = serving((request, response) => void handler(request, response))
  const ask = (...more: readonly string[]) => {
    const { port } = Object(server.address())
    return sendRaw(port, [...lines, ...more], start)
  }

  test('is answered at the address of its location, with every header of the caller', async () => {
    const { status, text } = await ask(`Authorization: Bearer ${pool.mint({ scope: 'book:read' })}`)
    expect(status).toBe(200)
    for (const name of names) expect(text).toMatch(new RegExp(`^${name}: .*\r$`, 'm'))
    expect(seen.at(-1)).toMatchObject(
      tells ? { method: 'DELETE', uri: '/books/1?a=b' } : { method: undefined, uri: undefined },
    )
  })

  test('is refused with the guard’s own answer', async () => {
    expect(await ask()).toMatchObject({ status: 401, challenge: 'Bearer realm="authing"' })
    expect(await ask(`Authorization: Bearer ${pool.mint()}`)).toMatchObject({ status: 403 })
  })
})

describe('the documented configuration', () => {
  const { blocks } = readPage('docs/forward-auth.md')
  const blockOf = (words: string) => blocks.find(({ code }) => code.includes(words))?.code ?? ''

  test.each(['authResponseHeaders', '"upstream_headers"', 'copy_headers', 'proxy_set_header X-Auth-User-Id'])(
    'with %s names every header of the caller',
    (words) => {
      for (const name of names) expect(blockOf(words)).toContain(name)
    },
  )

  test('of Envoy and APISIX refuses while the guard is down, and Envoy’s prefix makes a query of the path', () => {
    expect(blockOf('ext_authz')).toContain('failure_mode_allow: false')
    expect(blockOf('ext_authz')).toMatch(/path_prefix: \/auth\/books\?$/m)
    expect(blockOf('ext_authz')).toContain('prefix: x-auth-')
    expect(JSON.parse(blockOf('allow_degradation'))['forward-auth']).toMatchObject({
      allow_degradation: false,
      status_on_error: 503,
    })
  })
})
