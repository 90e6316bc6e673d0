import { createGuard } from 'authing-guard'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { hosts } from './host/all.js'
import type { OpenHost } from './host/host.js'
import { logged } from './host/nest.js'
import { casesOf } from './table/cases.js'
import { routesOf } from './table/routes.js'

// One table, every host: the same status, the same challenge, the same identity.

const [pool, lost] = await Promise.all([createUserPool({ users: [{ id: 'ratty' }, { id: 'mole' }] }), createUserPool()])
const pools: readonly UserPool[] = [pool, lost]
lost.goDown()
const cases = casesOf(pool, lost)
afterAll(() => Promise.all(pools.map((one) => one.close())))

test('the table has sixty rows or more, no two alike', () => {
  expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length)
  expect(cases.length).toBeGreaterThanOrEqual(60)
})

describe.each(hosts)('$name', ({ open }) => {
  let host: OpenHost
  beforeAll(async () => {
    // Guards of its own: what one host's calls have used up (looking for unknown keys) is no other's.
    host = await open(routesOf(pool, lost))
  })
  afterAll(() => host.close())
  beforeEach(() => {
    logged.length = 0
  })

  test.each(cases)('$title', async ({ verdict, route, lines, method = 'GET', query = '' }) => {
    const answer = await host.call({ route, lines, method, query })
    expect({ status: answer.status, challenge: answer.challenge }).toEqual({
      status: verdict.status,
      challenge: verdict.challenge,
    })
    expect(answer.retryAfter ?? '').toMatch(verdict.retries ? /^([1-9]|[12]\d|30)$/ : /^$/)
    if (verdict.status === 200)
      expect(answer.identity).toEqual(verdict.identity && expect.objectContaining(verdict.identity))
    else expect(answer).toMatchObject({ cacheControl: 'no-store', identity: undefined })
    expect(logged).toEqual([])
  })

  // A guard that fetches its keys, one that has them, and one that remembers the token take different ways to a handler.
  test('a handler that throws is answered with 500 by the host, whether the guard waited or not', async () => {
    const consoleError = vi.spyOn(console, 'error').mockImplementation(() => {})
    const cold = await open({ throws: { guard: createGuard(pool.guardOptions), throws: true } })
    const lines = [['Authorization', `Bearer ${pool.mint()}`]] as const
    for (let round = 0; round < 4; round++) {
      const answer = await cold.call({ route: 'throws', lines, method: 'GET', query: '' })
      expect(answer).toMatchObject({ status: 500, challenge: undefined, identity: undefined })
    }
    expect((await cold.call({ route: 'throws', lines: [], method: 'GET', query: '' })).status).toBe(401)
    await cold.close()
    consoleError.mockRestore()
  })
})
