import { createUserPool, type Fault, type UserPool } from 'authing-guard/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let pool: UserPool
beforeEach(async () => {
  pool = await createUserPool({ apps: [{ algorithm: 'ES256' }] })
})
afterEach(() => pool.close())

const configuration = () => `${pool.issuer}/.well-known/openid-configuration`

/** Resolves when the pool has received that many requests. The server runs between two turns of this loop. */
const asked = async (count: number): Promise<void> => {
  while (pool.requests.length < count) await new Promise(setImmediate)
}

describe('a pool during an outage', () => {
  test('refuses connections, also kept-alive ones, and answers on the same port afterwards', async () => {
    expect((await fetch(pool.jwksUri)).status).toBe(200)
    pool.goDown()
    await expect(fetch(pool.jwksUri)).rejects.toThrow()
    await expect(fetch(configuration())).rejects.toThrow()
    pool.comeUp()
    expect((await fetch(pool.jwksUri)).status).toBe(200)
  })

  test('hang: accepts the request and never answers', async () => {
    pool.goDown({ fault: 'hang' })
    const hopeless = fetch(pool.jwksUri)
    await asked(1)
    expect(pool.requests).toMatchObject([{ status: 0 }])
    await pool.close()
    await expect(hopeless).rejects.toThrow()
  })

  test.each<[Fault, number, string]>([
    ['error', 500, 'application/json'],
    ['busy', 429, 'application/json'],
    ['missing', 404, 'application/json'],
    ['html', 200, 'text/html'],
  ])('%s: answers %i', async (how, status, type) => {
    pool.goDown({ fault: how })
    const response = await fetch(pool.jwksUri)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('retry-after')).toBe(how === 'busy' ? '1' : null)
    expect(pool.requests).toMatchObject([{ status }])
  })

  test('empty: the JWKS has no keys, and everything else works', async () => {
    pool.goDown({ fault: 'empty' })
    expect(await (await fetch(pool.jwksUri)).json()).toEqual({ keys: [] })
    expect(await (await fetch(configuration())).json()).toMatchObject({ issuer: pool.issuer })
  })

  test('truncated: the first half of the JSON', async () => {
    pool.goDown({ fault: 'truncated' })
    const text = await (await fetch(pool.jwksUri)).text()
    expect(JSON.stringify(pool.jwks()).startsWith(text)).toBe(true)
    expect(() => JSON.parse(text)).toThrow()
  })

  test("redirect: leads to the attacker's keys, which stay available", async () => {
    pool.goDown({ fault: 'redirect' })
    const response = await fetch(pool.jwksUri)
    expect(response.redirected).toBe(true)
    const { keys } = await response.json()
    expect(keys[0].kid).not.toBe(pool.jwks().keys[0]?.kid)
    expect(keys[1].kid).toBe(pool.jwks().keys[0]?.kid)
    expect(keys[1].x).not.toBe(pool.jwks().keys[0]?.x)
  })

  test('huge: 50 MB of JSON', async () => {
    pool.goDown({ fault: 'huge' })
    const response = await fetch(pool.jwksUri)
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(50_000_000)
  })

  test('bomb: 50 MB of JSON, gzipped', async () => {
    pool.goDown({ fault: 'bomb' })
    const response = await fetch(pool.jwksUri)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect((await response.text()).length).toBeGreaterThan(50_000_000)
  })

  test('drip: sends a byte at a time until the client closes the connection', async () => {
    pool.goDown({ fault: 'drip' })
    const response = await fetch(pool.jwksUri)
    const reader = response.body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(1)
    expect((await reader?.read())?.value).toHaveLength(1)
    await reader?.cancel()
  })

  test('fails only at the given path', async () => {
    pool.goDown({ path: '/jwks.json' })
    await expect(fetch(pool.jwksUri)).rejects.toThrow()
    expect((await fetch(configuration())).status).toBe(200)
    expect(pool.requests.map(({ status }) => status)).toEqual([0, 200])
  })

  test('is not started with an unknown fault or option: that is a TypeError', () => {
    expect(() => pool.goDown({ fault: 'explode' as Fault })).toThrow(
      /^authing-guard\/testing: fault must be one of 'refuse'/,
    )
    expect(() => pool.goDown({ paths: '/x' } as object)).toThrow("has no 'paths'")
  })
})

describe('a slow pool', () => {
  test('waits the given seconds before each answer', async () => {
    pool.slowDown(0.05)
    const start = performance.now()
    expect((await fetch(pool.jwksUri)).status).toBe(200)
    expect(performance.now() - start).toBeGreaterThan(45)
    pool.slowDown(0)
    expect((await fetch(pool.jwksUri)).status).toBe(200)
  })

  test('does not wait after it is closed', async () => {
    pool.slowDown(3600)
    const waiting = fetch(pool.jwksUri)
    await asked(1)
    await pool.close()
    await expect(waiting).rejects.toThrow()
  })

  test.each([-1, Number.NaN, 3601, '1'])('refuses %s seconds with a TypeError', (seconds) => {
    expect(() => pool.slowDown(seconds as number)).toThrow('slowDown takes seconds')
  })
})
