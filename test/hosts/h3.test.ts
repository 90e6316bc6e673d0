import { createGuard, type GuardEvent } from 'authing-guard'
import {
  authingErrorHandler,
  authingGuard,
  errorResponse,
  type H3Event,
  identityOf,
  isGuardError,
  maybeIdentityOf,
} from 'authing-guard/h3'
import { createUserPool } from 'authing-guard/testing'
import { H3 } from 'h3'
import { createApp, defineEventHandler, toWebHandler } from 'h3v1'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
afterAll(() => pool.close())
const good = pool.mint({ scope: 'book:read' })
const refusals = { error: 'unauthorized', error_description: expect.any(String) }

type Send = (token?: string) => Promise<Response>
type Handler = (event: H3Event) => unknown
interface Middlewares {
  /** For the application: `app.use`. */
  readonly use?: readonly Handler[]
  /** For the handler alone: `onRequest` of h3 1, `middleware` of h3 2. */
  readonly own?: readonly Handler[]
  /** The `onRequest` hook of the application. */
  readonly hook?: Handler
  readonly onError?: (error: unknown, event: H3Event) => unknown
}
type Open = (middlewares: Middlewares, handler: Handler) => Send

const requestOf = (token?: string) =>
  new Request('http://localhost/', token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })

const onH3v2: Open = ({ use = [], own = [], hook, onError }, handler) => {
  const app = new H3({
    ...(hook && { onRequest: async (event) => void (await hook(event)) }),
    ...(onError && { onError }),
  })
  for (const one of use) app.use(one)
  app.all('/', handler, { middleware: [...own] })
  return async (token) => app.fetch(requestOf(token))
}

const onH3v1: Open = ({ use = [], own = [], hook, onError }, handler) => {
  const app = createApp({
    ...(hook && { onRequest: async (event) => void (await hook(event)) }),
    ...(onError && { onError }),
  })
  for (const one of use) app.use(defineEventHandler(one))
  const onRequest = own.map((one) => async (event: H3Event) => void (await one(event)))
  app.use('/', defineEventHandler({ onRequest, handler }))
  const web = toWebHandler(app)
  return (token) => web(requestOf(token))
}

const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
afterEach(() => {
  logged.mockClear()
  pool.comeUp()
})

describe.each([
  { name: 'h3 2', open: onH3v2 },
  { name: 'h3 1', open: onH3v1 },
])('on $name', ({ name, open }) => {
  test('the caller is on event.context, and identityOf returns it', async () => {
    const send = open({ use: [authingGuard(pool.guardOptions)] }, (event) => ({
      same: Reflect.get(event.context, 'identity') === identityOf(event),
      also: maybeIdentityOf(event)?.userId,
    }))
    expect(await (await send(good)).json()).toEqual({ same: true, also: 'ratty' })
  })

  test('event.context.identity is a plain property that no guard reads, and undefined for an anonymous caller', async () => {
    const guard = authingGuard({ ...pool.guardOptions, credentials: 'optional' })
    const forge: Handler = (event) => void Object.assign(event.context, { identity: { kind: 'user', scopes: ['a'] } })
    const send = open({ use: [forge, guard] }, (event) => ({
      mine: Reflect.get(event.context, 'identity') ?? null,
      known: maybeIdentityOf(event) ?? null,
    }))
    expect(await (await send()).json()).toEqual({ mine: null, known: null })
    expect((await open({ use: [guard, forge, guard.require({ scope: 'a' })] }, () => 'in')()).status).toBe(401)
  })

  const guard = authingGuard(pool.guardOptions)
  test.each<{ place: string; at: Middlewares; inHandler?: Handler }>([
    { place: 'app.use', at: { use: [guard] } },
    { place: 'the middleware of one handler', at: { own: [guard] } },
    { place: 'the onRequest hook of the application', at: { hook: guard } },
    { place: 'the handler itself, which calls it', at: {}, inHandler: guard },
  ])('a refusal by a guard in $place stops the request, and has its headers', async ({ at, inHandler = () => {} }) => {
    const entered = vi.fn()
    const handler: Handler = async (event) => {
      await inHandler(event)
      entered()
      return 'in'
    }
    const send = open(at, handler)
    const answer = await send()
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="authing"'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const body = await answer.json()
    expect(name === 'h3 2' ? body : body.data).toEqual(refusals)
    expect([entered.mock.calls, logged.mock.calls]).toEqual([[], []])
    const admitted = await send(good)
    expect([admitted.status, await admitted.text(), entered.mock.calls.length]).toEqual([200, 'in', 1])
  })

  test('an outage is answered with 503 and Retry-After, and with no challenge', async () => {
    pool.goDown()
    const answer = await open({ use: [authingGuard(pool.guardOptions)] }, () => 'in')(good)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([503, null])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('authingErrorHandler answers a refusal in the JSON of all hosts, also one of guard.authorize', async () => {
    const plain = createGuard(pool.guardOptions)
    const send = open({ use: [authingGuard(plain)], onError: authingErrorHandler }, async (event) => {
      await plain.authorize(identityOf(event), { scope: 'book:write' })
    })
    const answer = await send()
    expect([answer.status, await answer.json()]).toEqual([401, refusals])
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'www-authenticate': 'Bearer realm="authing"',
      'cache-control': 'no-store',
      'content-type': expect.stringContaining('application/json'),
    })
    const denied = await send(good)
    expect([denied.status, await denied.json()]).toEqual([
      403,
      expect.objectContaining({ error: 'insufficient_scope' }),
    ])
    expect(denied.headers.get('www-authenticate')).toContain('scope="book:write"')
  })

  test('authingErrorHandler leaves other errors to h3', async () => {
    const send = open({ onError: authingErrorHandler }, () => {
      throw Object.assign(new Error('the handler broke'), { status: 418 })
    })
    const answer = await send()
    expect(answer.status).toBe(418)
    expect(await answer.json()).not.toHaveProperty('error_description')
  })

  test('an error handler of the application finds the refusal in the cause', async () => {
    const seen: unknown[] = []
    const onError = (error: unknown) => void seen.push(Object(error).cause)
    await open({ use: [authingGuard(pool.guardOptions)], onError }, () => 'in')()
    expect(seen).toEqual([expect.objectContaining({ reason: 'missing_token', status: 401 })])
    expect(isGuardError(seen[0]) && errorResponse(seen[0]).body).toEqual(refusals)
  })

  test('a stricter guard after a guard does not verify the token again, and checks its requirement', async () => {
    let verified = 0
    const onEvent = ({ type }: GuardEvent) => {
      if (type === 'verified') verified++
    }
    const first = authingGuard({ ...pool.guardOptions, tokenCache: false, onEvent })
    const when = (_: unknown, event: { path: string; method: string }) => event.path === '/' && event.method === 'GET'
    const send = open({ use: [first], own: [first.require({ scope: 'book:read', when })] }, () => 'in')
    expect((await send(good)).status).toBe(200)
    expect(verified).toBe(1)
    expect((await send(pool.mint({ scope: 'email' }))).status).toBe(403)
  })
})

test('authingErrorHandler writes nothing in h3 1 after the headers were sent', async () => {
  const error = await createGuard(pool.guardOptions)
    .authenticate(undefined)
    .catch((reason: unknown) => reason)
  const setHeader = vi.fn()
  const event = { context: {}, node: { req: { headers: {} }, res: { statusCode: 200, headersSent: true, setHeader } } }
  expect(authingErrorHandler(error, event)).toBeUndefined()
  await expect(authingGuard(pool.guardOptions)(event)).rejects.toMatchObject({ status: 401 })
  expect([setHeader.mock.calls, event.node.res.statusCode]).toEqual([[], 200])
})

test.each<[string, object]>([
  ['an empty object', {}],
  ['what Nitro 3 passes to its request hook, which is no h3 event', { req: requestOf(good) }],
  ['an h3 0 event, with neither node nor a web request', { context: {}, req: { headers: {} }, res: {} }],
  ['an event without a response', { context: {}, node: { req: { headers: {} } } }],
  ['an event whose headers are of no known kind', { context: {}, req: { headers: null }, node: { res: {} } }],
])('a guard throws a TypeError for %s, and passes nothing', async (_, event) => {
  const guard = authingGuard({ ...pool.guardOptions, credentials: 'optional' })
  await expect(guard(event as H3Event)).rejects.toThrow(/^authing-guard: the guard needs an event of h3 1 or h3 2/)
  expect(maybeIdentityOf(event)).toBeUndefined()
})

test('identityOf throws without a guard', () => {
  expect(() => identityOf({})).toThrow(/^authing-guard: no guard has admitted this request/)
})

test('authingErrorHandler throws where it is called instead of being passed', () => {
  const called = Reflect.apply.bind(undefined, authingErrorHandler, undefined, [])
  expect(called).toThrow('authing-guard: authingErrorHandler was called: pass it without calling it')
})

test('authingGuard throws where it is passed to app.use without being called', async () => {
  const app = new H3()
  app.use(authingGuard as never)
  const answer = await app.fetch(requestOf(good))
  expect(answer.status).toBe(500)
  expect(String(logged.mock.calls)).toContain('authingGuard was passed as a middleware without being called')
})
