import 'reflect-metadata'
import { createServer, type RequestListener } from 'node:http'
import { All, Controller, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { createGuard } from 'authing-guard'
import { authingGuard as expressGuard } from 'authing-guard/express'
import { withIdentity as withFetch } from 'authing-guard/fetch'
import { authingGuard as koaGuard } from 'authing-guard/koa'
import { resourceMetadata } from 'authing-guard/metadata'
import { authingModule } from 'authing-guard/nest'
import { withIdentity } from 'authing-guard/serverless'
import express from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { H3, HTTPError, toNodeHandler } from 'h3'
import * as h3v1 from 'h3v1'
import { Hono } from 'hono'
import Koa from 'koa'
import Koa2 from 'koa2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closed, listening, portOf } from '../support/http.js'
import { appId, issuer } from '../support/world.js'

// The document on every host, before a guard that refuses everything else.

const guard = createGuard({ issuer, appId, resourceMetadata: { resource: 'https://api.example.com/mcp' } })
const metadata = resourceMetadata(guard)
const path = '/.well-known/oauth-protected-resource/mcp'

type Ask = (method: string, path: string) => Promise<Response>
interface Open {
  readonly ask: Ask
  readonly close?: () => unknown
}

const overHttp = (origin: string, close: () => unknown): Open => ({
  ask: (method, path) => fetch(origin + path, { method }),
  close,
})

async function serve(listener: RequestListener): Promise<Open> {
  const server = createServer(listener)
  await listening(server)
  return overHttp(`http://127.0.0.1:${portOf(server)}`, () => closed(server))
}

function expressApp(app: express.Express) {
  return app.use(metadata).use(expressGuard(guard))
}

function mounted(app: express.Express) {
  const router = express.Router().use(metadata)
  return app.use('/.well-known', router).use(expressGuard(guard))
}

function koaApp(app: Koa) {
  app.silent = true
  return app.use(metadata).use(koaGuard(guard))
}

@Controller()
class Home {
  @All('*')
  any() {
    return 'guarded'
  }
}

@Module({ imports: [authingModule(guard)], controllers: [Home] })
class App {}

async function nest(adapter: ExpressAdapter | FastifyAdapter): Promise<Open> {
  const app = await NestFactory.create(App, adapter, { logger: false })
  app.use(metadata)
  await app.listen(0, '127.0.0.1')
  return overHttp(await app.getUrl(), () => app.close())
}

const web = (handler: (request: Request) => Response | Promise<Response>): Open => ({
  ask: async (method, path) => handler(new Request(`https://api.example.com${path}`, { method })),
})

const refuse = () => {
  throw new HTTPError({ status: 401 })
}
const refuseV1 = () => {
  throw h3v1.createError({ statusCode: 401 })
}

const hosts: Readonly<Record<string, () => Open | Promise<Open>>> = {
  'Express 5': () => serve(expressApp(express())),
  'Express 4': () => serve(expressApp(express4())),
  'a router of Express': () => serve(mounted(express())),
  'Koa 3': () => serve(koaApp(new Koa()).callback()),
  'Koa 2': () => serve(koaApp(new Koa2()).callback()),
  'Nest on Express': () => nest(new ExpressAdapter()),
  'Nest on Fastify': () => nest(new FastifyAdapter()),
  'Node alone': () =>
    serve((request, response) => {
      metadata(request, response, () => void response.writeHead(401).end())
    }),
  Fastify: async () => {
    const app = fastify()
    app.addHook('onRequest', (request, reply, done) => metadata(request.raw, reply.raw, () => done()))
    app.addHook('onRequest', async (_, reply) => reply.code(401).send())
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    return overHttp(origin, () => app.close())
  },
  Hono: () => {
    const app = new Hono()
    app.use(async (c, next) => metadata(c.req.raw) ?? (await next()))
    app.use(async (c) => {
      await guard.authenticate(c.req.header('authorization'))
      return c.text('')
    })
    return web((request) => app.fetch(request))
  },
  'h3 2': () => serve(toNodeHandler(new H3().use((event, next) => metadata(event.req) ?? next()).use(refuse))),
  'h3 1': () => {
    const app = h3v1.createApp().use(h3v1.fromNodeMiddleware(metadata)).use(h3v1.eventHandler(refuseV1))
    return serve(h3v1.toNodeListener(app))
  },
  'a fetch handler': () => {
    const guarded = withFetch(guard, () => new Response())
    return web((request) => metadata(request) ?? guarded(request))
  },
  'a route of Next.js, which has a second argument': () => {
    const route = metadata as (request: Request, context: object) => Response | undefined
    return web((request) => route(request, { params: Promise.resolve({}) }) ?? new Response(null, { status: 401 }))
  },
  'a serverless function': () => {
    const guarded = withIdentity(guard, () => ({ statusCode: 200, headers: {}, body: '' }))
    const handler = async (event: { readonly method: string; readonly rawPath: string; readonly headers: object }) => {
      const answer = metadata.responseTo(event.method, event.rawPath)
      return answer ? { ...answer, statusCode: answer.status } : guarded({ headers: {} })
    }
    const ask: Ask = async (method, rawPath) => {
      const { statusCode, headers, body } = await handler({ method, rawPath, headers: {} })
      const isEmpty = method === 'HEAD' || statusCode === 204
      return new Response(isEmpty ? null : body, { status: statusCode, headers })
    }
    return { ask }
  },
}

describe.each(Object.entries(hosts))('%s', (_, open) => {
  let host: Open
  beforeAll(async () => {
    host = await open()
  })
  afterAll(() => host.close?.())

  test.each([path, `${path}?a=b`])('serves the document at %s, to pages of every origin', async (asked) => {
    const answer = await host.ask('GET', asked)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    expect(await answer.json()).toEqual(metadata.document)
  })

  test('answers HEAD with the same headers and no body', async () => {
    const answer = await host.ask('HEAD', path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(await answer.text()).toBe('')
  })

  test('answers the preflight of a browser', async () => {
    const answer = await host.ask('OPTIONS', path)
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-headers')).toBe('*')
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET, HEAD')
  })

  test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('answers %s with 405', async (method) => {
    const answer = await host.ask(method, path)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
  })

  test.each([
    '/',
    '/mcp',
    '/.well-known/oauth-protected-resource',
    `${path}/`,
    `${path}x`,
    path.toUpperCase(),
    path.replace('mcp', '%6dcp'),
    `/more${path}`,
    `//${path}`,
    `/?${path}`,
  ])('leaves %s to the guard', async (other) => {
    expect((await host.ask('GET', other)).status).toBe(401)
  })
})

test('a caller without a next, which types refuse, finds the response untouched for another path', () => {
  const response = { statusCode: 0, setHeader: () => fail(), end: () => fail() }
  const fail = () => {
    throw new Error('the response was written')
  }
  const call = metadata as unknown as (request: object, response: object) => unknown
  expect(call({ method: 'GET', url: '/', headers: {} }, response)).toBeUndefined()
  expect(response.statusCode).toBe(0)
})
