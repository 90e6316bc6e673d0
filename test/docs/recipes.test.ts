import 'reflect-metadata'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import * as apollo from '@apollo/server'
import * as apolloErrors from '@apollo/server/errors'
import * as integration from '@as-integrations/express5'
import * as common from '@nestjs/common'
import * as core from '@nestjs/core'
import { createGuard } from 'authing-guard'
import { authingModule } from 'authing-guard/nest'
import * as undici from 'undici'
import { expect, test, vi } from 'vitest'
import { listen } from '../../examples/listen.js'
import { start } from '../hosts/nest/app.js'
import { privateAuthority } from '../support/authority.js'
import { closed, listening, portOf } from '../support/http.js'
import { readPage } from './markdown.js'
import { recipes } from './pages.js'
import { appId, ask, bearer, expectAllRun, guardOf, read, reading, userId } from './reader.js'

// What the blocks of docs/recipes.md do.

const { pool, block: blockOn } = await reading()
const block = (words: string) => blockOn('recipes', words)

test("an error handler of one's own answers with the status and the headers of the refusal", async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  const { express: app } = await read(block('ErrorRequestHandler'))
  const { url, close } = await listen(app)
  const response = await fetch(url)
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')])
  expect(await response.json()).toEqual({ code: 401, message: expect.any(String) })
  expect(warn).toHaveBeenCalledExactlyOnceWith('missing_token', expect.any(String))
  await close()
})

test('what a caller may do can be asked without refusing, and an outage is not a no', async () => {
  const { express: app, exported } = await read(block('canEdit'), { returns: ['may', 'guard'] })
  const ask1 = (scope: string) => ask(app, '/books/1', bearer(pool.mint({ scope })))
  expect(await ask1('book:write')).toMatchObject({ status: 200, text: expect.stringContaining('"canEdit":true') })
  expect(await ask1('book:read')).toMatchObject({ status: 200, text: expect.stringContaining('"canEdit":false') })
  const { may } = exported
  if (typeof may !== 'function') throw new Error('the block has no may')
  const identity = await guardOf(exported['guard']).verifyToken(pool.mint())
  const outage = { when: () => Promise.reject(new Error('the database is down')) }
  await expect(may(identity, outage)).rejects.toMatchObject({ status: 503 })
})

test('Lambda@Edge passes the request on, or answers in its own form', async () => {
  const { handler } = (await read(block('EdgeRequest'))).exported
  if (typeof handler !== 'function') throw new Error('the block exports no handler')
  const asked = (...lines: readonly string[]) => {
    const authorization = lines.map((value) => ({ key: 'Authorization', value }))
    return { uri: '/', headers: lines.length === 0 ? {} : { authorization } }
  }
  const answer = (request: object) => handler({ Records: [{ cf: { request } }] })
  const good = asked(`Bearer ${pool.mint()}`)
  expect(await answer(good)).toBe(good)
  expect(await answer(asked())).toMatchObject({
    status: '401',
    headers: { 'www-authenticate': [{ key: 'WWW-Authenticate', value: expect.stringContaining('Bearer') }] },
    body: expect.stringContaining('"error":"unauthorized"'),
  })
  expect(await answer(asked(`Bearer ${pool.mint()}`, `Bearer ${pool.mint()}`))).toHaveProperty('status', '400')
})

test('the keys come through the proxy that the environment names', async () => {
  const asked: string[] = []
  const tunnels: Duplex[] = []
  const proxy = createServer().on('connect', ({ url = '' }, client) => {
    asked.push(url)
    tunnels.push(client)
    const [host = '', port] = url.split(':')
    const upstream = connect(Number(port), host, () => client.write('HTTP/1.1 200 Connection Established\r\n\r\n'))
    upstream.pipe(client).pipe(upstream)
  })
  await listening(proxy)
  vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${portOf(proxy)}`)
  const { exported } = await read(block('EnvHttpProxyAgent()'), { more: { undici } })
  expect(await guardOf(exported['guard']).verifyToken(pool.mint({ userId }))).toHaveProperty('userId', userId)
  expect(new Set(asked)).toEqual(new Set([new URL(pool.issuer).host]))
  for (const tunnel of tunnels) tunnel.destroy()
  await closed(proxy)
})

test('an issuer whose certificate is of a private authority is trusted by this guard alone', async () => {
  const { ca, cert, key } = privateAuthority()
  const issuer = createSecureServer({ cert, key }, (_, response) => void response.end(JSON.stringify(pool.jwks())))
  await listening(issuer)
  const iss = `https://127.0.0.1:${portOf(issuer)}/oidc`
  const token = pool.mint({ userId, claims: { iss } })
  await expect(createGuard({ issuer: iss, appId }).verifyToken(token)).rejects.toMatchObject({
    reason: 'keys_unavailable',
  })
  const fs = { readFileSync: (name: string) => (name === 'ca.pem' ? ca : '') }
  const { code, language } = block("'ca.pem'")
  const moved = { language, code: code.replace(pool.issuer, iss) }
  const { exported } = await read(moved, { more: { undici, 'node:fs': fs } })
  expect(await guardOf(exported['guard']).verifyToken(token)).toHaveProperty('userId', userId)
  await closed(issuer)
})

test('a GraphQL endpoint is guarded, and each field may ask for more', async () => {
  const more = {
    '@apollo/server': apollo,
    '@apollo/server/errors': apolloErrors,
    '@as-integrations/express5': integration,
  }
  const { express: app } = await read(block('new ApolloServer'), { more })
  const { url, close } = await listen(app)
  const query = async (fields: string, headers: Record<string, string>) => {
    const body = JSON.stringify({ query: `{ ${fields} }` })
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
    const response = await fetch(`${url}/graphql`, init)
    return { status: response.status, body: await response.json() }
  }
  expect(await query('me', {})).toMatchObject({ status: 401, body: { error: 'unauthorized' } })
  expect(await query('me books', bearer(pool.mint({ userId, scope: 'book:read' })))).toEqual({
    status: 200,
    body: { data: { me: userId, books: ['The Wind in the Willows'] } },
  })
  expect(await query('me books', bearer(pool.mint({ userId })))).toMatchObject({
    body: {
      data: { me: userId, books: null },
      errors: [{ extensions: { code: 'FORBIDDEN', reason: 'insufficient_scope' } }],
    },
  })
  expect(await query('unknown', bearer(pool.mint()))).toMatchObject({
    body: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
  })
  await close()
})

test('an authorizer of AppSync admits the bare token, and denies a bad one', async () => {
  const { handler } = (await read(block('createAuthorizer'))).exported
  if (typeof handler !== 'function') throw new Error('the block exports no handler')
  expect(await handler({ authorizationToken: pool.mint({ userId, scope: 'book:read' }) })).toEqual({
    isAuthorized: true,
    resolverContext: { userId, scopes: 'book:read' },
  })
  expect(await handler({ authorizationToken: 'x' })).toMatchObject({ isAuthorized: false })
})

test("a filter of Nest's for all exceptions answers a refusal as the package does, and logs why", async () => {
  const { AllExceptionsFilter } = (
    await read(block('extends BaseExceptionFilter'), {
      more: { '@nestjs/common': common, '@nestjs/core': core },
    })
  ).exported as {
    readonly AllExceptionsFilter: new (adapter: unknown) => common.ExceptionFilter
  }
  class Broken {
    fail() {
      throw new Error('this handler is broken')
    }
  }
  common.Controller()(Broken)
  common.Get('broken')(Broken.prototype, 'fail', Object.getOwnPropertyDescriptor(Broken.prototype, 'fail') ?? {})
  const app = await start({ imports: [authingModule(pool.guardOptions)], controllers: [Broken] }, 'Express', (nest) =>
    nest.useGlobalFilters(new AllExceptionsFilter(nest.getHttpAdapter())),
  )
  const refused = await app.get('/broken')
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')])
  expect((await app.get('/broken', pool.mint())).status).toBe(500)
  expect(app.logged).toEqual([
    expect.stringContaining('401 missing_token: '),
    expect.stringContaining('this handler is broken'),
    expect.stringContaining('this handler is broken'),
  ])
  await app.close()
})

test('every block of code was run here', () => {
  expectAllRun([readPage(recipes)])
})
