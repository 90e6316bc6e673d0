import { createGuard, type Identity } from 'authing-guard'
import { withIdentity } from 'authing-guard/fetch'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, describe, expect, test } from 'vitest'

const pool = await createUserPool({ users: [{ id: 'ratty' }] })
afterAll(() => pool.close())
const guard = createGuard(pool.guardOptions)
const requestWith = (token: string) =>
  new Request('https://api.example.com/', { headers: { authorization: `Bearer ${token}` } })

describe('withIdentity of fetch', () => {
  test('passes the host’s further arguments to the handler', async () => {
    const handler = withIdentity(guard, (request, identity: Identity, context: { id: string }, more: number) =>
      Response.json({ url: request.url, kind: identity.kind, ...context, more }),
    )
    const answer = await handler(requestWith(pool.mint()), { id: '7' }, 8)
    expect(await answer.json()).toEqual({ url: 'https://api.example.com/', kind: 'user', id: '7', more: 8 })
  })

  test('answers a refusal in JSON, with its challenge', async () => {
    const handler = withIdentity(guard.require({ scope: 'book:read' }), () => new Response('in'))
    const answer = await handler(requestWith(pool.mint()))
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect(await answer.json()).toHaveProperty('error', 'insufficient_scope')
    // Whoever stands around the handler may add headers, as Hono and Next.js do.
    expect(() => answer.headers.set('x-more', '1')).not.toThrow()
  })

  test('answers a refusal of guard.authorize in the handler, and throws the handler’s own errors on', async () => {
    const late = withIdentity(guard, async (_, identity) => {
      await guard.authorize(identity, { scope: 'book:read' })
      return new Response('in')
    })
    expect((await late(requestWith(pool.mint()))).status).toBe(403)
    const own = new Error('the handler broke')
    const broken = withIdentity(guard, () => {
      throw own
    })
    await expect(broken(requestWith(pool.mint()))).rejects.toBe(own)
  })

  test('reads no header with authorizationHeader ignore', async () => {
    const handler = withIdentity(guard, () => new Response('in'), {
      getToken: (request) => request.headers.get('x-ticket') ?? undefined,
      authorizationHeader: 'ignore',
    })
    expect((await handler(requestWith(pool.mint()))).status).toBe(401)
    const headers = { authorization: 'Basic cmF0dHk6dG9hZA==', 'x-ticket': pool.mint() }
    expect((await handler(new Request('https://api.example.com/', { headers }))).status).toBe(200)
  })

  test('throws where its first argument is not a guard', () => {
    for (const wrong of [undefined, null, pool.guardOptions, () => new Response('in'), 'guard']) {
      expect(() => Reflect.apply(withIdentity, undefined, [wrong, () => new Response('in')])).toThrow(
        /^authing-guard: the first argument must be a guard: make one with createGuard/,
      )
    }
    expect(() => Reflect.apply(withIdentity, undefined, [guard, () => new Response('in'), { cookie: 'a' }])).toThrow(
      /^authing-guard: there is no option adapter.cookie/,
    )
  })
})
