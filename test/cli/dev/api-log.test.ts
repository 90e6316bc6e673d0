import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { act, ask, type Running, running, viewOf } from './running.js'

// What the console takes as a report, and what it keeps.

let here: Running
beforeEach(async () => {
  here = await running(['--algorithm', 'ES256'])
})
afterEach(() => here.end())

const send = (body: string) =>
  ask(here.port, '/report', { 'content-type': 'application/json' }, { method: 'POST', body })
const sendAll = (requests: unknown) => send(JSON.stringify({ requests }))

const good = { method: 'GET', status: 200, outcome: 'verified', ms: 3 }
const refused = { method: 'GET', status: 401, outcome: 'refused', reason: 'expired_token', detail: 'exp', ms: 3 }
const shown = async () => (await viewOf(here)).apiRequests

describe('a report', () => {
  test.each([
    good,
    refused,
    { ...good, outcome: 'anonymous' },
    { ...good, outcome: 'unguarded', method: 'M-SEARCH', ms: 0 },
    { ...refused, outcome: 'would_refuse', status: 200 },
    { ...refused, reason: 'reason_of_another_version', detail: 'x'.repeat(500) },
  ])('is shown: %j', async (report) => {
    expect((await sendAll([report])).status).toBe(200)
    expect(await shown()).toEqual([{ ...report, number: 1, at: expect.any(Number) }])
  })

  test.each([
    null,
    'text',
    [],
    {},
    { ...good, method: 'get' },
    { ...good, method: 'GET /secret' },
    { ...good, method: 'G'.repeat(21) },
    { ...good, method: 1 },
    { ...good, status: 99 },
    { ...good, status: 600 },
    { ...good, status: '200' },
    { ...good, ms: -1 },
    { ...good, ms: 1.5 },
    { ...good, ms: 1e12 },
    { ...good, outcome: 'constructor' },
    { ...good, outcome: undefined },
    { ...good, reason: 'expired_token' },
    { ...good, detail: 'text' },
    { ...good, path: '/secret' },
    { ...good, token: 'eyJ' },
    { ...refused, reason: undefined },
    { ...refused, reason: '<img src=x>' },
    { ...refused, reason: 'x'.repeat(41) },
    { ...refused, detail: undefined },
    { ...refused, detail: { text: 'x' } },
    { ...refused, detail: 'x'.repeat(501) },
  ])('is refused with all others of its message: %j', async (report) => {
    const { status, body } = await sendAll([good, report])
    expect([status, body]).toEqual([400, '{"error":"not_a_report"}'])
    expect(await shown()).toEqual([])
  })

  test.each(['', 'text', '[]', '{}', '{"requests":{}}', '{"requests":[],"more":1}', '{"__proto__":{"requests":[]}}'])(
    'is not the message %j',
    async (body) => {
      expect((await send(body)).status).toBe(400)
    },
  )

  test('comes with at most 29 others, and the message has at most 64 KiB', async () => {
    expect((await sendAll(Array.from({ length: 30 }, () => ({ ...refused, detail: '한'.repeat(500) })))).status).toBe(
      200,
    )
    expect((await sendAll(Array.from({ length: 31 }, () => good))).status).toBe(400)
    expect((await send(`{"requests":[]${' '.repeat(65_536)}}`)).status).toBe(413)
    expect(await shown()).toHaveLength(30)
  })
})

describe('the log of the API', () => {
  test('keeps the last hundred requests, and counts on', async () => {
    for (let sent = 0; sent < 5; sent++) await sendAll(Array.from({ length: 30 }, () => good))
    const numbers = (await shown()).map(({ number }: { number: number }) => number)
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, at) => at + 51))
  })

  test('is emptied by its button', async () => {
    await sendAll([good])
    expect(await act(here, 'clear-api-log')).toMatchObject({ status: 200, done: {} })
    expect(await shown()).toEqual([])
    await sendAll([good])
    expect(await shown()).toMatchObject([{ number: 2 }])
  })
})
