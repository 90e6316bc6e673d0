import { createServer } from 'node:http'
import { createGuard, type GuardEvent } from 'authing-guard'
import { authingErrorHandler, authingGuard, identityOf, type KoaState, maybeIdentityOf } from 'authing-guard/koa'
import { createUserPool } from 'authing-guard/testing'
import Koa from 'koa'
import Koa2 from 'koa2'
import { afterAll, describe, expect, test } from 'vitest'
import { listen, overHttp } from './host/http.js'

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
const close: (() => unknown)[] = [() => pool.close()]
afterAll(() => Promise.all(close.map((one) => one())))
const good = pool.mint()

async function serve(app: Koa<KoaState>) {
  const server = await listen(createServer(app.callback()))
  close.push(() => overHttp(server).close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return (token?: string) =>
    fetch(`http://127.0.0.1:${port}/`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
}

describe.each([
  { name: 'Koa 3', Application: Koa },
  { name: 'Koa 2', Application: Koa2 },
])('on $name', ({ Application }) => {
  test('the caller is on ctx.state, and identityOf returns it', async () => {
    const app = new Application<KoaState>()
    app.use(authingGuard(pool.guardOptions))
    app.use((ctx) => {
      ctx.body = { same: ctx.state.identity === identityOf(ctx), also: maybeIdentityOf(ctx)?.kind }
    })
    const get = await serve(app)
    expect(await (await get(good)).json()).toEqual({ same: true, also: 'user' })
  })

  test('ctx.state.identity is a plain property that no guard reads, and undefined for an anonymous caller', async () => {
    const app = new Application<KoaState>()
    const guard = authingGuard({ ...pool.guardOptions, credentials: 'optional' })
    const forge: Koa.Middleware<KoaState> = (ctx, next) => {
      Object.assign(ctx.state, { identity: { kind: 'user', scopes: ['book:read'] } })
      return next()
    }
    app.use(forge).use(guard)
    app.use(forge).use(guard.require({ scope: 'book:read' }))
    const get = await serve(app)
    const answer = await get()
    expect(answer.status).toBe(401)
    const admitted = new Application<KoaState>()
    admitted.use(forge).use(guard)
    admitted.use((ctx) => {
      ctx.body = Object.getOwnPropertyDescriptor(ctx.state, 'identity') ?? null
    })
    expect(await (await (await serve(admitted))()).json()).toEqual({
      writable: true,
      enumerable: true,
      configurable: true,
    })
  })

  test('authingErrorHandler answers a refusal in JSON, with its headers and those that other middlewares set', async () => {
    const app = new Application<KoaState>()
    const reported: unknown[] = []
    app.on('error', (error) => reported.push(error))
    app.use(authingErrorHandler)
    app.use((ctx, next) => {
      ctx.set('Access-Control-Allow-Origin', '*')
      ctx.type = 'text/html'
      return next()
    })
    app.use(authingGuard(pool.guardOptions))
    const get = await serve(app)
    const answer = await get()
    expect([answer.status, await answer.json()]).toEqual([
      401,
      { error: 'unauthorized', error_description: expect.any(String) },
    ])
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'www-authenticate': 'Bearer realm="authing"',
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'access-control-allow-origin': '*',
    })
    expect(reported).toEqual([])
  })

  test('authingErrorHandler throws other errors on, and refusals after the headers were sent', async () => {
    const app = new Application<KoaState>()
    const reported: unknown[] = []
    app.on('error', (error) => reported.push(error))
    app.use(authingErrorHandler)
    app.use(async () => {
      throw new Error('the handler broke')
    })
    const get = await serve(app)
    expect((await get()).status).toBe(500)
    expect(reported).toEqual([expect.objectContaining({ message: 'the handler broke' })])
    const refusal = await createGuard(pool.guardOptions)
      .verifyToken('')
      .catch((error: unknown) => error)
    const sent = { status: 200, body: undefined, headerSent: true, set: () => {} }
    await expect(authingErrorHandler(sent, () => Promise.reject(refusal))).rejects.toBe(refusal)
    expect(sent.status).toBe(200)
  })

  test('a middleware before the guard catches the refusal, and may answer it in another form', async () => {
    const app = new Application<KoaState>()
    app.use(async (ctx, next) => {
      try {
        await next()
      } catch (error) {
        ctx.status = 499
        ctx.body = error
      }
    })
    app.use(authingGuard(pool.guardOptions))
    const get = await serve(app)
    const answer = await get()
    expect(answer.status).toBe(499)
    expect(await answer.json()).toMatchObject({ error: 'unauthorized' })
  })

  test('a stricter guard after a guard does not verify the token again, and checks its requirement', async () => {
    const app = new Application<KoaState>()
    let verified = 0
    const onEvent = ({ type }: GuardEvent) => {
      if (type === 'verified') verified++
    }
    const guard = authingGuard({ ...pool.guardOptions, tokenCache: false, onEvent })
    const counts: number[] = []
    const count: Koa.Middleware = (_, next) => {
      counts.push(verified)
      return next()
    }
    const more = guard.require({ scope: 'openid', when: (_, ctx: Koa.Context) => ctx.path === '/' })
    app.use(guard).use(count).use(more).use(count)
    app.use((ctx) => {
      ctx.body = 'in'
    })
    const get = await serve(app)
    expect((await get(good)).status).toBe(200)
    expect(counts).toEqual([1, 1])
    expect((await get(pool.mint({ scope: 'email' }))).status).toBe(403)
  })

  test('an error of a middleware after the guard is answered with 500, without a challenge', async () => {
    const app = new Application<KoaState>()
    app.silent = true
    app.use(authingGuard(createGuard(pool.guardOptions)))
    app.use(async () => {
      throw new Error('the handler broke')
    })
    const get = await serve(app)
    const answer = await get(good)
    expect(answer.status).toBe(500)
    expect(answer.headers.get('www-authenticate')).toBeNull()
  })
})

test('identityOf throws without a guard', () => {
  expect(() => identityOf({})).toThrow(/^authing-guard: no guard has admitted this request/)
  expect(maybeIdentityOf({})).toBeUndefined()
})

test('an anonymous caller has no identity, and identityOf says why', async () => {
  const guard = authingGuard({ ...pool.guardOptions, credentials: 'optional' })
  const ctx = { req: { headers: {} }, state: {} }
  await guard(ctx, async () => {})
  expect(() => identityOf(ctx)).toThrow(/^authing-guard: the caller is anonymous/)
  expect(maybeIdentityOf(ctx)).toBeUndefined()
})

test('authingErrorHandler throws where it is called instead of being passed', () => {
  const called = Reflect.apply.bind(undefined, authingErrorHandler, undefined, [])
  expect(called).toThrow('authing-guard: authingErrorHandler was called: pass it without calling it')
})

test('authingGuard throws where it is passed to app.use without being called', () => {
  expect(() => Reflect.apply(authingGuard, undefined, [{ req: {}, headers: {} }, async () => {}])).toThrow(
    'authingGuard was passed as a middleware without being called',
  )
})
