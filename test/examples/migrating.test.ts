import { readdirSync, readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createUserPool, type Defect } from 'authing-guard/testing'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { listen } from '../../examples/listen.js'
import { createApp as afterSdk } from '../../examples/migrating/authing-js-sdk/after.js'
import { createApp as beforeSdk } from '../../examples/migrating/authing-js-sdk/before.js'
import { createApp as afterExpressJwt } from '../../examples/migrating/express-jwt/after.js'
import { createApp as beforeExpressJwt } from '../../examples/migrating/express-jwt/before.js'
import { createApp as afterBearer } from '../../examples/migrating/express-oauth2-jwt-bearer/after.js'
import { createApp as beforeBearer } from '../../examples/migrating/express-oauth2-jwt-bearer/before.js'
import { createApp as afterKoaJwt } from '../../examples/migrating/koa-jwt/after.js'
import { createApp as beforeKoaJwt } from '../../examples/migrating/koa-jwt/before.js'
import { managementV2 } from './management-v2.js'

// What docs/migrating.md says of each origin, by the real packages and the local user pool.

const appId = '5f17a529f64fb009b794a2ff'
const pool = await createUserPool({
  apps: [{ appId }],
  users: [{ id: 'ratty' }, { id: 'mole' }],
  grants: [{ userId: 'mole', resource: 'book:1', action: 'book:delete' }],
})
const options = { issuer: pool.issuer, appId }
const authing = await managementV2(pool, ({ userId, resource, action }) =>
  [userId, resource, action].every((word, at) => word === ['mole', 'book:1', 'book:delete'][at]),
)
const [{ accessKeyId = '', accessKeySecret = '' } = {}] = pool.accessKeys
const key = { accessKeyId, accessKeySecret, host: pool.managementHost }
const ofPool = { userPoolId: pool.userPoolId, secret: pool.userPoolSecret, host: authing.url }

const opened: (() => unknown)[] = [() => pool.close(), authing.close]
afterAll(async () => {
  for (const close of opened.reverse()) await close()
})
afterEach(() => {
  pool.comeUp()
  vi.restoreAllMocks()
})

/** Each one anew: what one of them keeps of keys, no other test sees. */
const origins: Readonly<Record<string, { before: () => RequestListener; after: () => RequestListener }>> = {
  'express-jwt': { before: () => beforeExpressJwt(options), after: () => afterExpressJwt(options) },
  'express-oauth2-jwt-bearer': { before: () => beforeBearer(options), after: () => afterBearer(options) },
  'koa-jwt': { before: () => beforeKoaJwt(options).callback(), after: () => afterKoaJwt(options).callback() },
  'authing-js-sdk': { before: () => beforeSdk(ofPool), after: () => afterSdk(options, key) },
}
const verifiers = Object.keys(origins).filter((origin) => origin !== 'authing-js-sdk')

/** Starts both, and resolves with what asks them the same. */
async function both(origin: string) {
  const sides = await Promise.all(
    [origins[origin]?.before, origins[origin]?.after].map(async (make) => {
      if (make === undefined) throw new Error(`there is no ${origin}`)
      const site = await listen(make())
      opened.push(site.close)
      return site.url
    }),
  )
  return async (path: string, token?: string, method = 'GET', more: Record<string, string> = {}) => {
    const headers = token === undefined ? more : { ...more, authorization: `Bearer ${token}` }
    const answers = sides.map(async (url) => {
      const response = await fetch(url + path, { method, headers })
      return { status: response.status, text: await response.text(), headers: response.headers }
    })
    return Promise.all(answers)
  }
}
const statusOf = (answers: readonly { readonly status: number }[]) => answers.map(({ status }) => status)

describe.each(Object.keys(origins))('before and after, from %s', (origin) => {
  test('let the same user in, and nobody without a token', async () => {
    const ask = await both(origin)
    const [before, after] = await ask('/me', pool.mint({ type: 'user_token', userId: 'mole' }))
    expect(JSON.parse(before?.text ?? '')).toEqual({ userId: 'mole' })
    expect(after).toMatchObject({ status: 200, text: before?.text })
    const stranger = origin === 'authing-js-sdk' ? 403 : 401
    expect(statusOf(await ask('/me'))).toEqual([stranger, 401])
  })

  test('are under forty lines', () => {
    const folder = new URL(`../../examples/migrating/${origin}/`, import.meta.url)
    expect(readdirSync(folder).sort()).toEqual(['after.js', 'before.js'])
    for (const name of readdirSync(folder)) {
      expect(readFileSync(new URL(name, folder), 'utf8').split('\n').length, name).toBeLessThanOrEqual(40)
    }
  })
})

describe.each(verifiers)('from %s', (origin) => {
  test('a scope opens the same route, and the scopes that contain it do now', async () => {
    const ask = await both(origin)
    expect(statusOf(await ask('/books', pool.mint({ scope: 'book:read' })))).toEqual([200, 200])
    expect(statusOf(await ask('/books', pool.mint({ scope: 'openid' })))).toEqual([403, 403])
    expect(statusOf(await ask('/books', pool.mint({ scope: 'book:*' })))).toEqual([403, 200])
  })

  test('a scope that somebody wrote into an id token opens nothing any more', async () => {
    const ask = await both(origin)
    const idToken = pool.mint({ type: 'id_token', claims: { scope: 'book:read', nonce: 'n-0S6_WzA2Mj' } })
    expect(statusOf(await ask('/books', idToken))).toEqual([200, 403])
  })

  test('another kind of token, signed by the same key, is refused now', async () => {
    const ask = await both(origin)
    expect(statusOf(await ask('/me', pool.mint({ defect: 'other_token_type' })))).toEqual([200, 401])
  })

  test('every 401 carries a challenge, and none says what was wrong', async () => {
    const ask = await both(origin)
    const [, after] = await ask('/me', pool.mint({ defect: 'expired' }))
    expect(after?.status).toBe(401)
    expect(after?.headers.get('www-authenticate')).toMatch(/^Bearer realm="authing", error="invalid_token", /)
    expect(after?.text).not.toContain('expired at')
  })
})

describe('an outage', () => {
  test.each([
    ['express-jwt', 500],
    ['express-oauth2-jwt-bearer', 401],
    ['koa-jwt', 401],
  ])('is told by %s as %d, and by the guard as 503 with Retry-After', async (origin, status) => {
    const ask = await both(origin)
    pool.goDown()
    vi.spyOn(console, 'error').mockReturnValue()
    const answers = await ask('/me', pool.mint())
    expect(statusOf(answers)).toEqual([status, 503])
    expect(answers.map(({ headers }) => headers.has('retry-after'))).toEqual([false, true])
  })

  test('reaches no caller: express-oauth2-jwt-bearer tells them the address, the guard does not', async () => {
    const ask = await both('express-oauth2-jwt-bearer')
    pool.goDown()
    const [before, after] = await ask('/me', pool.mint())
    expect(before?.headers.get('www-authenticate')).toContain('127.0.0.1')
    expect(`${after?.text}${[...(after?.headers ?? [])]}`).not.toContain('127.0.0.1')
  })
})

describe.each(['express-jwt', 'koa-jwt'])('what %s lets in', (origin) => {
  test.each<Defect>(['no_expiry', 'critical_header', 'unencoded_payload', 'sender_constrained'])(
    '%s, the guard refuses',
    async (wrong) => {
      const ask = await both(origin)
      expect(statusOf(await ask('/me', pool.mint({ defect: wrong })))).toEqual([200, 401])
    },
  )
})

test('express-jwt lets a preflight through to the route; the guard does not: CORS goes before it', async () => {
  const ask = await both('express-jwt')
  const preflight = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' }
  expect(statusOf(await ask('/me', undefined, 'OPTIONS', preflight))).toEqual([200, 401])
})

describe('from the helpers of authing-js-sdk', () => {
  test.each<Defect>(['no_algorithm', 'expired', 'bad_signature', 'other_key', 'other_application', 'other_issuer'])(
    'loginRequired lets %s in, with no question to Authing; the guard refuses it',
    async (wrong) => {
      const ask = await both('authing-js-sdk')
      authing.asked.length = 0
      expect(statusOf(await ask('/me', pool.mint({ type: 'user_token', defect: wrong })))).toEqual([200, 401])
      expect(authing.asked).toEqual([])
    },
  )

  test('checkPermission lets a forged token do what the user that it names may do; the guard does not', async () => {
    const ask = await both('authing-js-sdk')
    const good = pool.mint({ type: 'user_token', userId: 'mole' })
    expect(statusOf(await ask('/books/1', good, 'DELETE'))).toEqual([204, 204])
    expect(statusOf(await ask('/books/1', pool.mint({ type: 'user_token' }), 'DELETE'))).toEqual([403, 403])
    const forged = pool.mint({ type: 'user_token', userId: 'mole', defect: 'no_algorithm' })
    expect(statusOf(await ask('/books/1', forged, 'DELETE'))).toEqual([204, 401])
  })

  test("loginRequired refuses today's id and access tokens, which hold no data; the guard knows them", async () => {
    const ask = await both('authing-js-sdk')
    for (const type of ['id_token', 'access_token'] as const) {
      expect(statusOf(await ask('/me', pool.mint({ type }))), type).toEqual([403, 200])
    }
  })

  test('loginRequired reads a token in the address; the guard reads the header alone', async () => {
    const ask = await both('authing-js-sdk')
    expect(statusOf(await ask(`/me?_authing_token=${pool.mint({ type: 'user_token' })}`))).toEqual([200, 401])
  })

  test('where Authing is down, checkPermission is a 500, the guard a 503 with Retry-After', async () => {
    const ask = await both('authing-js-sdk')
    await ask('/me', pool.mint({ type: 'user_token' }))
    await authing.close()
    pool.goDown({ path: '/is-action-allowed' })
    const answers = await ask('/books/1', pool.mint({ type: 'user_token', userId: 'mole' }), 'DELETE')
    expect(statusOf(answers)).toEqual([500, 503])
    expect(answers.at(-1)?.headers.has('retry-after')).toBe(true)
  })
})
