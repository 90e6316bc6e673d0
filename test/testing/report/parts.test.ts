import { channel } from 'node:diagnostics_channel'
import { createServer, type RequestListener } from 'node:http'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { consolePortOf } from '../../../src/testing/report/address.js'
import type { RequestReport } from '../../../src/testing/report/request-report.js'
import { Requests } from '../../../src/testing/report/requests.js'
import { Sender } from '../../../src/testing/report/sender.js'
import { startReport } from '../../../src/testing/report/start.js'
import { closed, listening, portOf } from '../../support/http.js'

// The parts of `authing-guard/testing/report`, each by itself.

const patience = { interval: 10, timeout: 20_000 }

describe('the address of the console', () => {
  test.each([
    [undefined, 4567],
    ['http://127.0.0.1:5000', 5000],
    ['http://localhost:5000/', 5000],
    ['http://[::1]:5000', 5000],
  ])('%s has the port %i', (address, port) => {
    expect(consolePortOf(address)).toBe(port)
  })

  test.each([
    'http://192.168.0.7:4567',
    'http://example.com:4567',
    'http://127.0.0.1.evil.example:4567',
    'http://user@127.0.0.1:4567',
    'http://127.0.0.1@evil.example:4567',
    'https://127.0.0.1:4567',
    'http://127.0.0.1',
    'http://127.0.0.1:0',
    'http://127.0.0.1:65536',
    'http://127.0.0.1:4567/path',
    'localhost:4567',
    'text',
  ])('%s throws: reports leave for no other machine', (address) => {
    expect(() => consolePortOf(address)).toThrow(/^authing-guard\/testing: AUTHING_GUARD_CONSOLE must be/)
  })
})

describe('the requests of a process', () => {
  const watching = () => {
    const reports: RequestReport[] = []
    let time = 0
    const requests = new Requests(
      () => {
        time += 2.4
        return time
      },
      (report) => void reports.push(report),
    )
    const request = { method: 'GET', headers: {} }
    /** Runs one request, with messages of the channel in between. */
    const run = (...messages: readonly unknown[]) => {
      requests.onStart({ request })
      for (const message of messages) requests.onEvent(message)
      requests.onFinish({ request, response: { statusCode: 200 } })
      return reports.at(-1)
    }
    return { requests, request, reports, run }
  }
  const refused = { type: 'refused', reason: 'expired_token', detail: 'exp is past' }

  test('have the time that they took in whole milliseconds', () => {
    expect(watching().run()).toEqual({ method: 'GET', status: 200, outcome: 'unguarded', ms: 2 })
  })

  test('have the last event of the guard', () => {
    const verified = { type: 'verified', kind: 'user' }
    expect(watching().run({ event: verified }, { event: refused })).toMatchObject({
      ...{ outcome: 'refused', reason: 'expired_token', detail: 'exp is past' },
    })
    expect(watching().run({ event: refused }, { event: verified })).toEqual({
      ...{ method: 'GET', status: 200, outcome: 'verified', ms: 2 },
    })
  })

  test.each([
    [{ wouldHave: 'refused', reason: 'expired_token', detail: 'd' }, 'would_refuse'],
    [{ wouldHave: 'passed', kind: 'user' }, 'verified'],
    [{ wouldHave: 'passed', kind: undefined }, 'anonymous'],
    [{ wouldHave: 'failed' }, 'unguarded'],
  ])('that are observed with %j are %s', (event, outcome) => {
    expect(watching().run({ event: { type: 'observed', ...event } })).toMatchObject({ outcome })
  })

  test('are not changed by other events, nor by messages of other programs', () => {
    const others = [undefined, null, 'text', {}, { event: null }, { event: { type: 'keys_fetched' } }]
    expect(watching().run({ event: { type: 'anonymous' } }, ...others)).toMatchObject({ outcome: 'anonymous' })
  })

  test('have at most 500 characters of the detail', () => {
    expect(watching().run({ event: { ...refused, detail: 'x'.repeat(900) } })?.detail).toHaveLength(500)
  })

  test('that came before, or that are reports themselves, are not reported', () => {
    const { requests, request, reports } = watching()
    requests.onFinish({ request, response: { statusCode: 200 } })
    const report = { method: 'POST', headers: { 'x-authing-guard-report': '1' } }
    requests.onStart({ request: report })
    requests.onFinish({ request: report, response: { statusCode: 200 } })
    expect(reports).toEqual([])
  })
})

describe('the sender', () => {
  const one: RequestReport = { method: 'GET', status: 200, outcome: 'verified', ms: 1 }
  const endings: (() => Promise<void>)[] = []
  const bodies: string[] = []
  afterEach(async () => {
    bodies.splice(0)
    for (const end of endings.splice(0)) await end()
  })
  const sendingTo = async (listener: RequestListener) => {
    const server = createServer(listener)
    await listening(server)
    endings.push(() => closed(server))
    const lines: string[] = []
    let isAllowed = true
    const options = { port: portOf(server), write: (line: string) => void lines.push(line), isAllowed: () => isAllowed }
    const forbid = () => {
      isAllowed = false
    }
    return { sender: new Sender(options), lines, forbid }
  }
  const taking: RequestListener = (request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => void bodies.push(text))
    request.on('end', () => response.end('{}'))
  }

  test('sends what waits in messages of at most thirty, and drops the oldest of more than a hundred', async () => {
    const { sender, lines } = await sendingTo(taking)
    for (let ms = 1; ms <= 110; ms++) sender.add({ ...one, ms })
    await expect.poll(() => bodies.length, patience).toBe(4)
    const sent: RequestReport[][] = bodies.map((body) => JSON.parse(body).requests)
    expect(sent.map(({ length }) => length)).toEqual([30, 30, 30, 10])
    expect([sent[0]?.[0]?.ms, sent[3]?.[9]?.ms]).toEqual([11, 110])
    expect(lines).toEqual([])
  })

  test('says once that another program answers, and sends on', async () => {
    let asked = 0
    const { sender, lines } = await sendingTo((request, response) => {
      asked += 1
      request.resume().on('end', () => response.writeHead(404).end())
    })
    sender.add(one)
    await expect.poll(() => lines, patience).toEqual([expect.stringContaining('does not take reports (status 404)')])
    sender.add(one)
    await expect.poll(() => asked, patience).toBe(2)
    expect(lines).toHaveLength(1)
  })

  test('gives up on a console that does not answer', async () => {
    const { sender, lines } = await sendingTo(() => {})
    sender.add(one)
    await expect.poll(() => lines, patience).toEqual([expect.stringContaining('does not take reports (no answer)')])
  })

  test('sends nothing while it is not allowed', async () => {
    const { sender, forbid, lines } = await sendingTo(taking)
    vi.useFakeTimers()
    forbid()
    sender.add(one)
    vi.runAllTimers()
    sender.add(one)
    expect(vi.getTimerCount()).toBe(1)
    vi.useRealTimers()
    expect([bodies, lines]).toEqual([[], []])
  })
})

describe('its start', () => {
  test('throws under NODE_ENV=production', () => {
    expect(() => startReport({ NODE_ENV: 'production' }, () => {})).toThrow(TypeError)
  })

  test('throws where the console is not on this machine', () => {
    expect(() => startReport({ AUTHING_GUARD_CONSOLE: 'http://example.com:4567' }, () => {})).toThrow(TypeError)
  })

  test('listens on the channel of the guards until it is ended', () => {
    const before = channel('authing-guard').hasSubscribers
    const end = startReport({}, () => {})
    expect(channel('authing-guard').hasSubscribers).toBe(true)
    end()
    expect(channel('authing-guard').hasSubscribers).toBe(before)
  })

  test('is what the import of the entry does', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    await expect(import('authing-guard/testing/report')).rejects.toThrow('for development only')
    vi.unstubAllEnvs()
  })
})

test('the entry starts the report, and warns once on stderr if no console answers', async () => {
  const { port, close } = await new Promise<{ port: number; close: () => void }>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () =>
      resolve({ port: portOf(server), close: () => server.close() }),
    )
  })
  close()
  vi.stubEnv('NODE_ENV', 'development')
  vi.stubEnv('AUTHING_GUARD_CONSOLE', `http://127.0.0.1:${port}`)
  const lines: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
    lines.push(String(line))
    return true
  })
  // The import of the test before failed, and is remembered.
  vi.resetModules()
  await import('../../../src/testing/report/index.js')
  const request = { method: 'GET', headers: {} }
  const finish = () => {
    channel('http.server.request.start').publish({ request })
    channel('http.server.response.finish').publish({ request, response: { statusCode: 200 } })
  }
  finish()
  await vi.waitFor(() => expect(lines).toHaveLength(1), patience)
  expect(lines[0]).toContain(`the console at http://127.0.0.1:${port} does not take reports`)
  finish()
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})
