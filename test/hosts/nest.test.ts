import 'reflect-metadata'
import { Controller, Get, HttpException, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common'
import { createGuard, GuardError, type Identity } from 'authing-guard'
import {
  AuthingFilter,
  AuthingGuard,
  authingModule,
  CurrentIdentity,
  identityOf,
  maybeIdentityOf,
  Public,
  Require,
} from 'authing-guard/nest'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { type App, type Platform, start } from './nest/app.js'

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
afterAll(() => pool.close())
const reader = pool.mint({ scope: 'openid book:read' })
const writer = pool.mint({ scope: 'openid book:read book:write' })
const expired = pool.mint({ wrong: 'expired' })

let app: App | undefined
afterEach(() => app?.close())

@Controller('books')
@Require({ scope: 'book:read' })
class Books {
  @Get()
  list(@CurrentIdentity() identity: Identity) {
    return identity
  }
  @Get('new')
  @Require({ scope: 'book:write' })
  create(@CurrentIdentity() { kind }: Identity) {
    return { kind }
  }
  @Get('titles')
  @Public()
  titles(@CurrentIdentity() identity: Identity | undefined) {
    return { identity: identity ?? null }
  }
}

@Controller('health')
@Public()
class Health {
  @Get()
  check() {
    return { ok: true }
  }
  @Get('details')
  @Require({ kind: 'user' })
  details() {
    return { ok: true }
  }
}

@Controller('me')
class Me {
  @Get()
  me(@CurrentIdentity() identity: Identity) {
    return { me: identity.kind }
  }
  @Get('plain')
  plain() {
    return { ok: true }
  }
}

const statusesOf = async (paths: readonly (readonly [path: string, token?: string])[]) =>
  Promise.all(paths.map(async ([path, token]) => (await app?.get(path, token))?.status))

describe.each<Platform>(['Express', 'Fastify'])('authingModule on %s', (platform) => {
  test('stands before every controller, and its decorators say what each asks', async () => {
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

  test('lets anybody to what is public, whatever they bring', async () => {
    app = await start({ imports: [authingModule(pool.guardOptions)], controllers: [Books, Health] }, platform)
    expect(await statusesOf([['/health'], ['/health', expired], ['/books/titles', 'garbage']])).toEqual([200, 200, 200])
    expect(await (await app.get('/books/titles', reader)).json()).toEqual({ identity: null })
  })

  test('answers a refusal in JSON with its challenge, and logs none', async () => {
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

  test('tells an outage, and when to come again', async () => {
    const lost = await createUserPool()
    lost.goDown()
    app = await start({ imports: [authingModule(lost.guardOptions)], controllers: [Me] }, platform)
    const answer = await app.get('/me', lost.mint())
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(app.logged).toEqual([])
    await lost.close()
  })

  test('without the filter Nest answers in its own form, with the status and the challenge', async () => {
    const guard = new AuthingGuard(pool.guardOptions)
    app = await start({ controllers: [Me] }, platform, (nest) => nest.useGlobalGuards(guard))
    const answer = await app.get('/me', expired)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/error="invalid_token"/)
    expect(await answer.json()).toMatchObject({ statusCode: 401 })
  })

  test('a refusal of guard.authorize in a handler is answered likewise', async () => {
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

  test('a handler’s own errors are its own', async () => {
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

describe('AuthingGuard', () => {
  test('takes a Guard, and a token from elsewhere', async () => {
    const guard = createGuard(pool.guardOptions)
    @Controller('cookie')
    @UseGuards(new AuthingGuard(guard, { token: (request) => request.headers.cookie?.slice(2) }))
    @UseFilters(AuthingFilter)
    class Cookie {
      @Get()
      tell(@CurrentIdentity() identity: Identity) {
        return { kind: identity.kind }
      }
    }
    app = await start({ controllers: [Cookie] })
    const withCookie = (cookie: string, headers = {}) =>
      fetch(`${app?.url}/cookie`, { headers: { cookie, ...headers } })
    expect((await withCookie(`t=${reader}`)).status).toBe(200)
    expect((await withCookie('t=garbage')).status).toBe(401)
    expect((await withCookie(`t=${reader}`, { authorization: `Bearer ${reader}` })).status).toBe(400)
    expect(app.logged).toEqual([])
  })

  test('by its class is the module’s', async () => {
    @Controller('twice')
    @UseGuards(AuthingGuard)
    class Twice {
      @Get()
      tell() {
        return { ok: true }
      }
    }
    app = await start({ imports: [authingModule(pool.guardOptions)], controllers: [Twice] })
    pool.clearRequests()
    expect(await statusesOf([['/twice'], ['/twice', reader]])).toEqual([401, 200])
    expect(pool.requests).toHaveLength(1)
  })

  test('reads the environment where it is given nothing', async () => {
    vi.stubEnv('AUTHING_ISSUER', pool.issuer)
    vi.stubEnv('AUTHING_APP_ID', pool.appId)
    app = await start({ imports: [authingModule()], controllers: [Me] })
    expect(await statusesOf([['/me'], ['/me', reader]])).toEqual([401, 200])
    expect(() => new AuthingGuard()).not.toThrow()
    vi.unstubAllEnvs()
    expect(() => new AuthingGuard()).toThrow('authing-guard: AUTHING_ISSUER is not set')
    expect(() => authingModule()).toThrow('authing-guard: AUTHING_ISSUER is not set')
  })

  test('lets an anonymous caller pass where credentials are optional, but not to what asks for more', async () => {
    const guard = createGuard({ ...pool.guardOptions, credentials: 'optional' })
    @Controller('tell')
    class Tell {
      @Get()
      tell(@CurrentIdentity() identity: Identity | undefined) {
        return { known: identity !== undefined }
      }
    }
    app = await start({ imports: [authingModule(guard)], controllers: [Tell, Books] })
    expect(await (await app.get('/tell')).json()).toEqual({ known: false })
    expect(await (await app.get('/tell', reader)).json()).toEqual({ known: true })
    expect(await statusesOf([['/tell', expired], ['/books']])).toEqual([401, 401])
  })

  test('puts the caller where identityOf finds it', async () => {
    const seen: unknown[] = []
    @Controller('seen')
    class Seen {
      @Get()
      @UseInterceptors({
        intercept(context, next) {
          const request: object = context.switchToHttp().getRequest()
          seen.push(identityOf(request), maybeIdentityOf(request))
          return next.handle()
        },
      })
      tell() {
        return {}
      }
    }
    app = await start({ imports: [authingModule(pool.guardOptions)], controllers: [Seen] })
    await app.get('/seen', reader)
    expect(seen).toMatchObject([{ userId: 'ratty' }, { userId: 'ratty' }])
  })

  test('stands on HTTP and gateways alone', () => {
    const guard = new AuthingGuard(pool.guardOptions)
    const context = (type: string, args: readonly unknown[]) => ({
      getType: () => type,
      getArgs: () => args,
      getClass: () => Me,
      getHandler: () => Me.prototype.me,
    })
    expect(() => guard.canActivate(context('graphql', [undefined, {}]))).toThrow(/^authing-guard: .* this is graphql$/)
    expect(() => guard.canActivate(context('http', []))).toThrow(/^authing-guard: /)
  })
})

describe('without a guard', () => {
  test('a handler that relies on one is not to be had', async () => {
    app = await start({ controllers: [Books, Me] })
    expect(await statusesOf([['/books', reader], ['/me', reader], ['/me/plain']])).toEqual([500, 500, 200])
    expect(app.logged.join()).toContain('no AuthingGuard stands before this handler')
  })
})

describe('a filter of the application’s own', () => {
  test('may answer instead, and the challenge is there', async () => {
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
