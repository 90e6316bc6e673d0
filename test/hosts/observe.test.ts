import { createServer, type RequestListener, type Server } from 'node:http'
import { createGuard, type GuardEvent } from 'authing-guard'
import { authingGuard, maybeIdentityOf } from 'authing-guard/express'
import { authingGuard as authingGuardH3, type H3Event } from 'authing-guard/h3'
import { authingGuard as authingGuardKoa } from 'authing-guard/koa'
import { createUserPool } from 'authing-guard/testing'
import express from 'express'
import express4 from 'express4'
import { H3, toNodeHandler } from 'h3'
import { createApp, defineEventHandler, toNodeListener } from 'h3v1'
import Koa from 'koa'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { listen } from './host/http.js'
import { start } from './nest/app.js'
import { Me } from './nest/controllers.js'

// An adapter that only observes, on a live system: every request is answered as if it were not there.

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
const close: (() => unknown)[] = [() => pool.close()]
afterAll(() => Promise.all(close.map((one) => one())))

let events: GuardEvent[]
beforeEach(() => {
  events = []
  pool.comeUp()
})
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)
const onEvent = (event: GuardEvent) => {
  events.push(event)
}
const observed = () => events.filter(({ type }) => type === 'observed')

async function originOf(server: Server) {
  close.push(() => server.close())
  await listen(server)
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
}

interface Host {
  readonly origin: string
  /** What the handler found of an identity, per request. */
  readonly known: unknown[]
}
type Open = (more?: object, adapter?: object, until?: Date) => Promise<Host>

function onExpress(application: typeof express | typeof express4): Open {
  return async (more, adapter, until = inDays(1)) => {
    const known: unknown[] = []
    const app = application()
    const guard = authingGuard({ ...pool.guardOptions, onEvent, ...more }, adapter)
    app.use(guard.observe({ until }))
    app.use(guard.require({ scope: 'book:read' }).observe({ until }))
    app.use((request: express.Request, response: express.Response) => {
      known.push(request.identity, maybeIdentityOf(request))
      response.send('hello')
    })
    return { origin: await originOf(createServer(app as express.Express)), known }
  }
}

const onKoa: Open = async (more, adapter, until = inDays(1)) => {
  const known: unknown[] = []
  const app = new Koa()
  const guard = authingGuardKoa({ ...pool.guardOptions, onEvent, ...more }, adapter)
  app.use(guard.observe({ until }))
  app.use(guard.require({ scope: 'book:read' }).observe({ until }))
  app.use((ctx) => {
    known.push(ctx.state['identity'], maybeIdentityOf(ctx))
    ctx.body = 'hello'
  })
  return { origin: await originOf(createServer(app.callback())), known }
}

/** The two observers, and the handler, in either version of h3. */
const h3With: (serverOf: (handlers: readonly ((event: H3Event) => unknown)[]) => RequestListener) => Open =
  (serverOf) =>
  async (more, adapter, until = inDays(1)) => {
    const known: unknown[] = []
    const guard = authingGuardH3({ ...pool.guardOptions, onEvent, ...more }, adapter)
    const handler = (event: H3Event) => {
      known.push(Reflect.get(event.context, 'identity'), maybeIdentityOf(event))
      return 'hello'
    }
    const handlers = [guard.observe({ until }), guard.require({ scope: 'book:read' }).observe({ until }), handler]
    return { origin: await originOf(createServer(serverOf(handlers))), known }
  }

const onH3v2 = h3With((handlers) => {
  const app = new H3()
  for (const handler of handlers) app.use(handler)
  return toNodeHandler(app)
})

const onH3v1 = h3With((handlers) => {
  const app = createApp()
  for (const handler of handlers) app.use(defineEventHandler(handler))
  return toNodeListener(app)
})

const get = async (origin: string, token?: string) => {
  const response = await fetch(origin, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  return `${response.status} ${await response.text()} ${response.headers.get('www-authenticate')}`
}

describe.each<{ name: string; open: Open }>([
  { name: 'Express 5', open: onExpress(express) },
  { name: 'Express 4', open: onExpress(express4) },
  { name: 'Koa', open: onKoa },
  { name: 'h3 2', open: onH3v2 },
  { name: 'h3 1', open: onH3v1 },
])('on $name', ({ open }) => {
  test('every request passes without an identity, and the guard and the stricter one report it', async () => {
    const { origin, known } = await open()
    for (const token of [pool.mint(), pool.mint({ defect: 'expired' }), undefined]) {
      const before = observed().length
      expect(await get(origin, token)).toBe('200 hello null')
      // Nobody waits for it but this test.
      await vi.waitFor(() => expect(observed()).toHaveLength(before + 2))
    }
    expect(known).toEqual(Array(6).fill(undefined))
    const [one, another, ...rest] = observed()
    expect([one, another]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ wouldHave: 'passed', kind: 'user', tokenType: 'access_token' }),
        expect.objectContaining({ wouldHave: 'refused', reason: 'insufficient_scope', status: 403 }),
      ]),
    )
    expect(rest.map((event) => 'reason' in event && event.reason)).toEqual([
      ...Array(2).fill('expired_token'),
      ...Array(2).fill('missing_token'),
    ])
    expect(events.filter(({ type }) => type === 'verified' || type === 'refused')).toEqual([])
  })

  test('no request waits while Authing hangs, and the verdict is reported later', async () => {
    pool.goDown({ fault: 'hang' })
    const { origin } = await open({ jwksCache: { timeout: 0.5 } })
    expect(await get(origin, pool.mint())).toBe('200 hello null')
    expect(observed()).toEqual([])
    await vi.waitFor(() => expect(observed()).toHaveLength(2), 5000)
    expect(observed()).toMatchObject(Array(2).fill({ wouldHave: 'refused', reason: 'keys_unavailable', status: 503 }))
  })

  test('the observer calls getToken', async () => {
    const { origin } = await open({}, { getToken: () => pool.mint({ type: 'id_token' }) })
    await get(origin)
    await vi.waitFor(() => expect(observed()).toHaveLength(2))
    // Which of the two is told of first is nobody's promise.
    expect(observed()).toContainEqual(expect.objectContaining({ wouldHave: 'passed', tokenType: 'id_token' }))
  })

  test('a getToken that throws is reported as a failure, and the request goes on', async () => {
    const getToken = () => {
      throw new Error('ratty has no cookie')
    }
    const { origin } = await open({}, { getToken })
    expect(await get(origin, pool.mint())).toBe('200 hello null')
    await vi.waitFor(() => expect(observed()).toEqual(Array(2).fill({ type: 'observed', wouldHave: 'failed' })))
  })

  test('only observation_ended is emitted after the end', async () => {
    const { origin } = await open({}, undefined, inDays(-1))
    expect(await get(origin, pool.mint())).toBe('200 hello null')
    expect(events).toEqual(Array(2).fill({ type: 'observation_ended' }))
  })
})

test.each(['Express', 'Fastify'] as const)('the observer for Express works on Nest with %s', async (platform) => {
  const guard = authingGuard({ ...pool.guardOptions, onEvent })
  const prepare = (nest: { use(middleware: unknown): unknown }) => nest.use(guard.observe({ until: inDays(1) }))
  const app = await start({ controllers: [Me] }, platform, prepare)
  expect((await app.get('/me/plain', pool.mint())).status).toBe(200)
  await vi.waitFor(() => expect(observed()).toMatchObject([{ wouldHave: 'passed' }]))
  expect((await app.get('/me/plain', 'x')).status).toBe(200)
  await vi.waitFor(() => expect(observed()).toMatchObject([{ wouldHave: 'passed' }, { wouldHave: 'refused' }]))
  await app.close()
})

test('the observer of an adapter has the functions of an observer too, and no require', async () => {
  const guard = createGuard({ ...pool.guardOptions, onEvent })
  for (const observer of [authingGuard(guard), authingGuardKoa(guard)].map((adapter) =>
    adapter.observe({ until: inDays(1) }),
  )) {
    await observer.verifyToken('x')
    await observer.authenticate(`Bearer ${pool.mint()}`)
    expect(Object.keys(observer)).toEqual(['authenticate', 'verifyToken'])
  }
  expect(observed()).toHaveLength(4)
})

test('a request whose header cannot be read passes', () => {
  const next = vi.fn()
  authingGuard({ ...pool.guardOptions, onEvent }).observe({ until: inDays(1) })({} as never, {}, next)
  expect(next.mock.calls).toEqual([[]])
  expect(events).toEqual([{ type: 'observed', wouldHave: 'failed' }])
})

test('an observer causes no unhandled rejection, whatever the verdict', async () => {
  const rejections: unknown[] = []
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (reason) => rejections.push(reason))
  try {
    const broken = async () => {
      throw new Error('the listener is broken')
    }
    const guard = authingGuard({ ...pool.guardOptions, onEvent: broken })
    const observer = guard.require({ when: () => Promise.reject(new Error('ratty')) }).observe({ until: inDays(1) })
    for (const token of [pool.mint(), 'x', pool.mint({ defect: 'unknown_key' })]) {
      observer({ headers: { authorization: `Bearer ${token}` } }, {}, () => {})
    }
    await observer.verifyToken(pool.mint())
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
  expect(rejections).toEqual([])
})
