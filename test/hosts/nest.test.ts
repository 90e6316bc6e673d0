import 'reflect-metadata'
import { Controller, Get, HttpException, HttpStatus, type INestApplication } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { createGuard, GuardError, type Identity } from 'authing-guard'
import { AuthingGuard, authingModule, CurrentIdentity, isGuardError } from 'authing-guard/nest'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { type App, type Platform, start } from './nest/app.js'
import { Books, Health, Me } from './nest/controllers.js'

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
afterAll(() => pool.close())
const reader = pool.mint({ scope: 'openid book:read' })
const writer = pool.mint({ scope: 'openid book:read book:write' })
const expired = pool.mint({ defect: 'expired' })

let app: App | undefined
afterEach(() => app?.close())

const statusesOf = async (paths: readonly (readonly [path: string, token?: string])[]) =>
  Promise.all(paths.map(async ([path, token]) => (await app?.get(path, token))?.status))

describe.each<Platform>(['Express', 'Fastify'])('authingModule on %s', (platform) => {
  test('guards every controller, and decorators add requirements', async () => {
    app = await start({ imports: [authingModule(pool.guardOptions)], controllers: [Books, Health, Me] }, platform)
    expect(await statusesOf([['/books'], ['/books/new'], ['/me'], ['/me/plain'], ['/health/details']])).toEqual(
      Array(5).fill(401),
    )
    expect(
      await statusesOf([
        ['/books', pool.mint()],
        ['/books/new', reader],
      ]),
    ).toEqual([403, 403])
    expect(
      await statusesOf([
        ['/books', reader],
        ['/books/new', writer],
        ['/me', reader],
        ['/health/details', reader],
      ]),
    ).toEqual(Array(4).fill(200))
    expect(await (await app.get('/books', reader)).json()).toMatchObject({ kind: 'user', userId: 'ratty' })
  })

  test('lets every request reach a public handler, whatever its token', async () => {
    app = await start({ imports: [authingModule(pool.guardOptions)], controllers: [Books, Health] }, platform)
    expect(await statusesOf([['/health'], ['/health', expired], ['/books/titles', 'garbage']])).toEqual([200, 200, 200])
    expect(await (await app.get('/books/titles', reader)).json()).toEqual({ identity: null })
  })

  test('answers a refusal in JSON with its challenge, and logs no error', async () => {
    app = await start({ imports: [authingModule(pool.guardOptions)], controllers: [Books] }, platform)
    const answer = await app.get('/books', pool.mint())
    expect(answer.headers.get('www-authenticate')).toMatch(/error="insufficient_scope".*scope="book:read"/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toEqual({
      error: 'insufficient_scope',
      error_description: 'The access token does not grant the scope that this resource needs.',
    })
    expect(app.logged).toEqual([])
  })

  test('answers an outage with 503 and Retry-After', async () => {
    const lost = await createUserPool()
    lost.goDown()
    app = await start({ imports: [authingModule(lost.guardOptions)], controllers: [Me] }, platform)
    const answer = await app.get('/me', lost.mint())
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(app.logged).toEqual([])
    await lost.close()
  })

  test('without the filter Nest answers with the status, the challenge and the same JSON, and logs no error', async () => {
    const guard = new AuthingGuard(pool.guardOptions)
    app = await start({ controllers: [Me] }, platform, (nest) => nest.useGlobalGuards(guard))
    const answer = await app.get('/me', expired)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/error="invalid_token"/)
    expect(await answer.json()).toEqual({ error: 'invalid_token', error_description: expect.any(String) })
    expect(app.logged).toEqual([])
  })

  test('the catch-all filter of Nest’s documentation answers a refusal with its status', async () => {
    const seen: unknown[] = []
    const lost = await createUserPool()
    lost.goDown()
    const guard = createGuard(pool.guardOptions)
    @Controller('late')
    class Late {
      @Get()
      async late(@CurrentIdentity() identity: Identity) {
        await guard.authorize(identity, { scope: 'book:delete' })
      }
    }
    const catchAll = (nest: INestApplication) =>
      nest.useGlobalFilters({
        catch(exception: unknown, host) {
          const { httpAdapter } = nest.get(HttpAdapterHost)
          const status = exception instanceof HttpException ? exception.getStatus() : HttpStatus.INTERNAL_SERVER_ERROR
          if (isGuardError(exception)) seen.push([exception instanceof GuardError, exception.reason, exception.detail])
          const response = exception instanceof HttpException ? exception.getResponse() : {}
          httpAdapter.reply(host.switchToHttp().getResponse(), { statusCode: status, ...Object(response) }, status)
        },
      })
    app = await start({ imports: [authingModule(guard)], controllers: [Me, Late] }, platform, catchAll)
    expect(await statusesOf([['/me'], ['/me', expired], ['/late', reader], ['/me', reader]])).toEqual([
      401, 401, 403, 200,
    ])
    // The requests are on their way at the same time.
    expect(seen).toContainEqual([true, 'expired_token', expect.stringContaining('exp is')])
    const answer = await app.get('/me', expired)
    expect(answer.headers.get('www-authenticate')).toMatch(/error="invalid_token"/)
    expect(await answer.json()).toMatchObject({ statusCode: 401, error: 'invalid_token' })
    await app.close()
    app = await start({ imports: [authingModule(lost.guardOptions)], controllers: [Me] }, platform, catchAll)
    const outage = await app.get('/me', lost.mint())
    expect(outage.status).toBe(503)
    expect(Number(outage.headers.get('retry-after'))).toBeGreaterThan(0)
    await lost.close()
  })

  test('a refusal of guard.authorize in a handler is answered in the same form', async () => {
    const guard = createGuard(pool.guardOptions)
    @Controller('late')
    class Late {
      @Get()
      async late(@CurrentIdentity() identity: Identity) {
        await guard.authorize(identity, { scope: 'book:delete' })
      }
    }
    app = await start({ imports: [authingModule(guard)], controllers: [Late] }, platform)
    const answer = await app.get('/late', reader)
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toMatch(/scope="book:delete"/)
    expect(app.logged).toEqual([])
  })

  test('a handler’s own errors are left to Nest', async () => {
    @Controller('broken')
    class Broken {
      @Get()
      broken() {
        throw new Error('the handler broke')
      }
      @Get('teapot')
      teapot() {
        throw new HttpException('short and stout', 418)
      }
    }
    app = await start({ imports: [authingModule(pool.guardOptions)], controllers: [Broken] }, platform)
    expect(await statusesOf([['/broken', reader], ['/broken/teapot', reader], ['/broken']])).toEqual([500, 418, 401])
    expect(app.logged).toHaveLength(1)
    expect(app.logged[0]).toContain('the handler broke')
  })
})

describe('a filter of the application’s own', () => {
  test('may answer instead, and the response has the challenge', async () => {
    app = await start({ imports: [authingModule(pool.guardOptions)], controllers: [Me] }, 'Express', (nest) =>
      nest.useGlobalFilters({
        catch(error: unknown, host) {
          const { status } = error instanceof GuardError ? error : { status: 500 }
          host.switchToHttp().getResponse().status(status).send({ code: status })
        },
      }),
    )
    const answer = await app.get('/me', expired)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/invalid_token/)
  })

  test('a refusal after the answer has begun ends it', async () => {
    const guard = createGuard(pool.guardOptions)
    @Controller('begun')
    class Begun {
      @Get()
      async begin(@CurrentIdentity() identity: Identity) {
        await guard.authorize(identity, { scope: 'book:delete' })
      }
    }
    const begin = (nest: Parameters<NonNullable<Parameters<typeof start>[2]>>[0]) =>
      nest.use((_: unknown, response: { write(text: string): void }, next: () => void) => {
        response.write('begun')
        next()
      })
    app = await start({ imports: [authingModule(guard)], controllers: [Begun] }, 'Express', begin)
    const answer = await app.get('/begun', reader)
    expect(await answer.text()).toBe('begun')
  })
})
