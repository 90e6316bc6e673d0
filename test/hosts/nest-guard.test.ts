import 'reflect-metadata'
import { Controller, Get, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common'
import { APP_FILTER, APP_GUARD } from '@nestjs/core'
import { createGuard, type Identity } from 'authing-guard'
import {
  AuthingFilter,
  AuthingGuard,
  authingModule,
  CurrentIdentity,
  identityOf,
  maybeIdentityOf,
} from 'authing-guard/nest'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { type App, start } from './nest/app.js'
import { Books, Me } from './nest/controllers.js'

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
afterAll(() => pool.close())
const reader = pool.mint({ scope: 'openid book:read' })
const expired = pool.mint({ defect: 'expired' })

let app: App | undefined
afterEach(() => app?.close())

const statusesOf = async (paths: readonly (readonly [path: string, token?: string])[]) =>
  Promise.all(paths.map(async ([path, token]) => (await app?.get(path, token))?.status))

describe('AuthingGuard', () => {
  test('takes a Guard, and a token from elsewhere', async () => {
    const guard = createGuard(pool.guardOptions)
    @Controller('cookie')
    @UseGuards(new AuthingGuard(guard, { getToken: (request) => request.headers.cookie?.slice(2) }))
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

  test('uses the module’s settings where Nest makes it by its class', async () => {
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

  test('is provided by an async factory as APP_GUARD, beside AuthingFilter as APP_FILTER', async () => {
    const useFactory = async () => new AuthingGuard(await Promise.resolve(pool.guardOptions))
    const providers = [
      { provide: APP_GUARD, useFactory },
      { provide: APP_FILTER, useClass: AuthingFilter },
    ]
    app = await start({ providers, controllers: [Books, Me] })
    expect(await statusesOf([['/me'], ['/me', reader], ['/books', pool.mint()], ['/books/titles']])).toEqual([
      401, 200, 403, 200,
    ])
    expect(app.logged).toEqual([])
  })

  test('admits an anonymous caller where credentials are optional, but not to a handler with a requirement', async () => {
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

  test('records the caller for identityOf', async () => {
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

  test('throws on other hosts than HTTP and gateways', () => {
    const guard = new AuthingGuard(pool.guardOptions)
    const context = (type: string, args: readonly unknown[]) => ({
      getType: () => type,
      getArgs: () => args,
      getClass: () => Me,
      getHandler: () => Me.prototype.me,
    })
    expect(() => guard.canActivate(context('graphql', [undefined, {}]))).toThrow(
      /^authing-guard: .* of type graphql: pass getRequest, /,
    )
    expect(() => guard.canActivate(context('http', []))).toThrow(/^authing-guard: /)
  })
})

describe('without a guard', () => {
  test('a handler with a decorator refuses every request', async () => {
    app = await start({ controllers: [Books, Me] })
    expect(await statusesOf([['/books', reader], ['/me', reader], ['/me/plain']])).toEqual([500, 500, 200])
    expect(app.logged.join()).toContain('no AuthingGuard ran before this handler')
  })
})
