import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createBookshop } from '../../examples/bookshop.js'
import { listen } from '../../examples/listen.js'

// The example, its guard and Authing's own endpoints, over real HTTP.

let pool: UserPool
let shop: Awaited<ReturnType<typeof listen>>
beforeAll(async () => {
  pool = await createUserPool({
    apps: [{ algorithm: 'ES256' }],
    users: [{ id: 'ratty', roles: ['admin'] }, { id: 'mole' }],
    grants: [
      { userId: 'mole', resource: 'book:1', action: 'book:delete' },
      { role: 'admin', resource: 'book:*', action: 'book:*' },
    ],
  })
  const [{ accessKeyId = '', accessKeySecret = '' } = {}] = pool.accessKeys
  const authing = { accessKeyId, accessKeySecret, model: 'acl' as const, host: pool.managementHost }
  const accessKeys = pool.accessKeys.map((key) => key.accessKeyId)
  shop = await listen(createBookshop({ ...pool.guardOptions, accessKeys }, authing))
})
afterAll(async () => {
  await shop.close()
  await pool.close()
})
afterEach(() => pool.comeUp())

const call = async (method: string, path: string, token?: string) => {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(shop.url + path, { method, headers: authorization })
  const { status, headers } = response
  return { status, body: await response.json(), challenge: headers.get('www-authenticate'), headers }
}
const forbidden = { error: 'forbidden', error_description: 'The caller may not do this.' }

describe('GET /books needs the scope book:read', () => {
  test('200 with it, in whatever words the token grants it', async () => {
    for (const scope of ['openid book:read', 'book:*', '*:*']) {
      expect(await call('GET', '/books', pool.mint({ scope }))).toMatchObject({ status: 200, body: { 2: 'Emma' } })
    }
    expect((await call('GET', '/books', pool.mint({ type: 'machine', scope: 'book' }))).status).toBe(200)
  })

  test('401 without a token, or with a bad one', async () => {
    expect(await call('GET', '/books')).toMatchObject({ status: 401, challenge: 'Bearer realm="authing"' })
    const bad = await call('GET', '/books', pool.mint({ defect: 'expired' }))
    expect(bad).toMatchObject({ status: 401, challenge: expect.stringContaining('error="invalid_token"') })
  })

  test('403 without the scope: the answer says error="insufficient_scope" and which scope it takes', async () => {
    const tokens = [{ scope: 'openid' }, { scope: 'book' }, { scope: 'book:1:read' }, { type: 'id_token' }] as const
    for (const options of tokens) {
      const { status, challenge, body } = await call('GET', '/books', pool.mint(options))
      expect(status).toBe(403)
      expect(challenge).toMatch(/^Bearer realm="authing", error="insufficient_scope", .*, scope="book:read"$/)
      expect(body).toMatchObject({ error: 'insufficient_scope' })
    }
  })
})

describe('DELETE /books/:id asks Authing for book:delete on book:<id>', () => {
  test('200 where Authing allows it, for this book and this user', async () => {
    expect(await call('DELETE', '/books/1', pool.mint({ userId: 'mole' }))).toMatchObject({ status: 200 })
    expect(await call('DELETE', '/books/3', pool.mint({ userId: 'ratty', type: 'id_token' }))).toMatchObject({
      status: 200,
      body: { deleted: false },
    })
  })

  test('401 for the anonymous', async () => {
    expect((await call('DELETE', '/books/1')).status).toBe(401)
  })

  test('403 where Authing does not, without error="insufficient_scope": consenting again would not help', async () => {
    const denied = await call('DELETE', '/books/2', pool.mint({ userId: 'mole' }))
    expect(denied).toMatchObject({ status: 403, challenge: null, body: forbidden })
  })

  test('403 for a machine, and for books that nobody can name, without asking', async () => {
    pool.clearRequests()
    expect((await call('DELETE', '/books/1', pool.mint({ type: 'machine' }))).status).toBe(403)
    expect((await call('DELETE', '/books/*', pool.mint({ userId: 'ratty' }))).status).toBe(403)
    expect((await call('DELETE', `/books/${'1'.repeat(300)}`, pool.mint({ userId: 'ratty' }))).status).toBe(403)
    expect(pool.requests).toEqual([])
  })

  test('503 while Authing is down, with Retry-After; 200 again after', async () => {
    const token = pool.mint({ userId: 'ratty' })
    await call('GET', '/admin', token)
    pool.goDown({ fault: 'error', path: '/is-action-allowed' })
    const down = await call('DELETE', '/books/4', token)
    expect(down).toMatchObject({ status: 503, challenge: null, body: { error: 'temporarily_unavailable' } })
    expect(down.headers.get('retry-after')).toBe('1')
    pool.comeUp()
    expect((await call('DELETE', '/books/4', token)).status).toBe(200)
  })
})

describe('/admin needs the role admin', () => {
  test('200 with it, 403 without it, 401 for the anonymous', async () => {
    expect(await call('GET', '/admin', pool.mint({ userId: 'ratty' }))).toMatchObject({
      status: 200,
      body: { admin: { userId: 'ratty' } },
    })
    const denied = await call('GET', '/admin', pool.mint({ userId: 'mole' }))
    expect(denied).toMatchObject({ status: 403, challenge: null, body: forbidden })
    expect((await call('GET', '/admin')).status).toBe(401)
  })

  test("403 whatever the token's own roles claim says: Authing is asked", async () => {
    const token = pool.mint({ userId: 'mole', claims: { roles: ['admin'] } })
    expect((await call('GET', '/admin', token)).status).toBe(403)
  })

  test('503 while Authing is down', async () => {
    pool.goDown({ fault: 'refuse', path: '/has-any-role' })
    expect((await call('GET', '/admin', pool.mint({ userId: 'badger' }))).status).toBe(503)
  })
})
