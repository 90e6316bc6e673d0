import type { AddressInfo } from 'node:net'
import { authingErrorHandler, authingGuard, type GuardOptions } from 'authing-guard/express'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import express, { type RequestHandler } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// `guard.require` on a route, behind `app.use(guard)` or alone.

let pool: UserPool
const closing: (() => void)[] = []
beforeAll(async () => {
  pool = await createUserPool({ apps: [{ algorithm: 'ES256' }] })
})
afterAll(async () => {
  for (const close of closing) close()
  await pool.close()
})

const serve = async (...handlers: readonly RequestHandler[]) => {
  const app = express()
  app.get('/', ...handlers, (req, res) => void res.json({ scopes: req.identity?.scopes }))
  app.use(authingErrorHandler)
  const server = app.listen(0, '127.0.0.1')
  closing.push(() => server.close())
  await new Promise((listening) => server.once('listening', listening))
  const { port } = server.address() as AddressInfo
  return async (token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers })
    return { status: response.status, body: await response.json(), headers: response.headers }
  }
}

const needsBooks = { scope: 'book:read' }
const reader = () => pool.mint({ scope: 'openid book:read' })
const passer = () => pool.mint({ scope: 'openid' })

describe('a route behind the guard', () => {
  test('verifies nothing twice', async () => {
    let verified = 0
    const onEvent = ({ type }: { readonly type: string }) => {
      if (type === 'verified') verified++
    }
    const guard = authingGuard({ ...pool.guardOptions, onEvent } as GuardOptions)
    const ask = await serve(guard, guard.require(needsBooks), guard.require({ kind: 'user' }))
    expect((await ask(reader())).status).toBe(200)
    expect((await ask(passer())).status).toBe(403)
    expect(verified).toBe(2)
  })

  test('is refused to a request whose token is gone by then', async () => {
    const guard = authingGuard(pool.guardOptions)
    const takeAway: RequestHandler = (req, _res, next) => {
      delete req.headers.authorization
      req.rawHeaders.length = 0
      next()
    }
    const ask = await serve(guard, takeAway, guard.require(needsBooks))
    expect((await ask(reader())).status).toBe(401)
  })

  test('goes by the token that the header holds by then, and verifies it', async () => {
    const guard = authingGuard(pool.guardOptions)
    const swapFor = (token: string): RequestHandler => {
      return (req, _res, next) => {
        req.headers.authorization = `Bearer ${token}`
        next()
      }
    }
    const statusAfter = async (token: string) =>
      (await (await serve(guard, swapFor(token), guard.require(needsBooks)))(reader())).status
    expect(await statusAfter(passer())).toBe(403)
    expect(await statusAfter(reader())).toBe(200)
    expect(await statusAfter(pool.mint({ scope: 'book:read', defect: 'other_key' }))).toBe(401)
  })

  test('trusts nothing that another middleware put on the request', async () => {
    const guard = authingGuard(pool.guardOptions)
    const claims = { kind: 'user', userId: 'root', scopes: ['book:read'], tokenType: 'access_token', claims: {} }
    const forge: RequestHandler = (req, _res, next) => {
      for (const name of ['identity', 'user', 'auth', 'session']) {
        Object.defineProperty(req, name, { value: claims, configurable: true })
      }
      next()
    }
    const behind = await serve(guard, forge, guard.require(needsBooks))
    expect((await behind(passer())).status).toBe(403)
    const alone = await serve(forge, guard.require(needsBooks))
    expect((await alone()).status).toBe(401)
    expect((await alone(passer())).status).toBe(403)
  })

  test("does not take another guard's word: it has other rules", async () => {
    const lenient = authingGuard({ ...pool.guardOptions, clockTolerance: 300 })
    const strict = authingGuard({ ...pool.guardOptions, clockTolerance: 0 })
    const ask = await serve(lenient, strict.require({ kind: 'user' }))
    expect((await ask(pool.mint({ expiresIn: -100 }))).status).toBe(401)
    expect((await ask(pool.mint())).status).toBe(200)
  })
})

describe('a route with a requirement alone', () => {
  test('is 401 for the anonymous, by the whole middleware, 403 for whoever lacks it, 200 else', async () => {
    const ask = await serve(authingGuard(pool.guardOptions).require(needsBooks))
    const anonymous = await ask()
    expect(anonymous.status).toBe(401)
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer realm="authing"')
    expect((await ask(pool.mint({ defect: 'expired' }))).status).toBe(401)
    expect((await ask(passer())).status).toBe(403)
    expect((await ask(reader())).status).toBe(200)
  })

  test('answers 401 to an anonymous caller that an optional guard before it admitted', async () => {
    const guard = authingGuard({ ...pool.guardOptions, credentials: 'optional' })
    const open = await serve(guard)
    expect((await open()).status).toBe(200)
    const ask = await serve(guard, guard.require({ kind: 'user' }))
    expect((await ask()).status).toBe(401)
    expect((await ask(passer())).status).toBe(200)
  })
})
