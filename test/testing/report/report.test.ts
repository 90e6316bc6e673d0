import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, type Running, running, viewOf } from '../../cli/dev/running.js'
import { closed, listening, portOf } from '../../support/http.js'
import { buildApi, removeApi, startApi } from './process.js'

// `node --import authing-guard/testing/report app.mjs`, with real APIs and the real console, each in its own process.

const patience = { interval: 20, timeout: 20_000 }

beforeAll(buildApi)
afterAll(removeApi)

const environmentOf = (here: Running) => ({
  AUTHING_ISSUER: here.issuer,
  AUTHING_APP_ID: '5f17a529f64fb009b794a2ff',
  AUTHING_GUARD_CONSOLE: here.url,
})

describe.each(['express', 'koa'])('a real API on %s', (framework) => {
  test('reports each request with the status, the reason and the detail, and nothing else of it', async () => {
    await using here = await running()
    await using api = await startApi(framework, environmentOf(here))
    const token = async (query: string) => (await ask(here.port, `/token?${query}`)).body
    const call = async (path: string, token?: string, method = 'GET') =>
      (await ask(api.port, path, token === undefined ? {} : { authorization: `Bearer ${token}` }, { method })).status
    const good = await token('scope=openid')
    const expired = await token('defect=expired')
    expect(await call('/me?name=secret-query', good)).toBe(200)
    expect(await call('/me', expired)).toBe(401)
    expect(await call('/me')).toBe(401)
    expect(await call('/books', good, 'POST')).toBe(403)
    expect(await call('/optional')).toBe(200)
    expect(await call('/open')).toBe(200)
    await expect.poll(async () => (await viewOf(here)).apiRequests.length, patience).toBe(6)
    const { apiRequests } = await viewOf(here)
    const added = { number: expect.any(Number), at: expect.any(Number), ms: expect.any(Number) }
    const detail = expect.any(String)
    expect(apiRequests).toEqual([
      { ...added, method: 'GET', status: 200, outcome: 'verified' },
      { ...added, method: 'GET', status: 401, outcome: 'refused', reason: 'expired_token', detail },
      { ...added, method: 'GET', status: 401, outcome: 'refused', reason: 'missing_token', detail },
      { ...added, method: 'POST', status: 403, outcome: 'refused', reason: 'insufficient_scope', detail },
      { ...added, method: 'GET', status: 200, outcome: 'anonymous' },
      { ...added, method: 'GET', status: 200, outcome: 'unguarded' },
    ])
    const sent = JSON.stringify(apiRequests)
    for (const secret of ['secret-query', '/me', '/books', 'mick', ...good.split('.'), ...expired.split('.')]) {
      expect(sent).not.toContain(secret)
    }
    expect(await api.stop()).toEqual({ code: 0, printed: '' })
  })

  test('joins each refusal with its own request where many are answered at once on few connections', async () => {
    await using here = await running()
    await using api = await startApi(framework, environmentOf(here))
    const { body: good } = await ask(here.port, '/token')
    const { body: expired } = await ask(here.port, '/token?defect=expired')
    const tokens = Array.from({ length: 24 }, (_, at) => (at % 2 === 0 ? good : expired))
    await Promise.all(
      tokens.map(async (token) => {
        const response = await fetch(`http://127.0.0.1:${api.port}/me`, {
          headers: { authorization: `Bearer ${token}` },
        })
        await response.text()
      }),
    )
    await expect.poll(async () => (await viewOf(here)).apiRequests.length, patience).toBe(24)
    const pairs = (await viewOf(here)).apiRequests.map(
      ({ status, outcome, reason }: Record<string, unknown>) => `${status} ${outcome} ${reason}`,
    )
    expect(pairs.toSorted()).toEqual([
      ...Array.from({ length: 12 }, () => '200 verified undefined'),
      ...Array.from({ length: 12 }, () => '401 refused expired_token'),
    ])
  })
})

describe('the report', () => {
  test('says once that there is no console, answers all the same, and does not keep the API alive', async () => {
    const nobody = createServer()
    await listening(nobody)
    const port = portOf(nobody)
    await closed(nobody)
    await using here = await running()
    await using api = await startApi('express', {
      ...environmentOf(here),
      AUTHING_GUARD_CONSOLE: `http://127.0.0.1:${port}`,
    })
    expect((await ask(api.port, '/me')).status).toBe(401)
    await expect.poll(() => api.printed.length, patience).toBe(1)
    expect((await ask(api.port, '/me')).status).toBe(401)
    expect((await ask(api.port, '/me')).status).toBe(401)
    const { code, printed } = await api.stop()
    expect(code).toBe(0)
    expect(printed.match(/does not take reports/g)).toHaveLength(1)
    expect(printed.trim().split('\n')).toHaveLength(1)
  })

  test.each(['production', 'Production', ' prod '])('refuses NODE_ENV=%s: the API does not start', async (NODE_ENV) => {
    await using api = await startApi('express', {
      AUTHING_ISSUER: 'https://a.authing.cn/oidc',
      AUTHING_APP_ID: 'a',
      NODE_ENV,
    })
    const { code, printed } = await api.exit
    expect([api.port, code]).toEqual([0, 1])
    expect(printed).toContain('TypeError: authing-guard/testing: report is for development only')
  })
})
