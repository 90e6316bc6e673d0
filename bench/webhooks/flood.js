import { Agent, request } from 'node:http'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { answerCalls, startChild } from '../lib/child.js'
import { median, quantile, rotate, round } from '../lib/stats.js'

// Requests with a hot token at a fixed rate, and 1,000 webhook events a second, each about another user: alone, and both.

const perSecond = 1000
const agent = new Agent({ keepAlive: true, maxSockets: 700 })

answerCalls({
  async flood({ rounds, seconds, core }) {
    const server = startChild(new URL('./server.js', import.meta.url), { flags: ['--expose-gc'], core })
    const api = await server.call('open')
    const statuses = {}
    let events = 0

    const send = (path, headers, body) =>
      new Promise((resolve, reject) => {
        const start = performance.now()
        const method = body === undefined ? 'GET' : 'POST'
        const sent = request({ host: '127.0.0.1', port: api.port, path, method, headers, agent }, (response) => {
          response.resume().once('end', () => {
            const key = `${method} ${response.statusCode}`
            statuses[key] = (statuses[key] ?? 0) + 1
            resolve(performance.now() - start)
          })
        })
        sent.once('error', reject)
        sent.end(body)
      })
    const hot = () => send('/', { authorization: `Bearer ${api.token}` })
    const headers = {
      'content-type': 'application/json',
      'x-authing-webhook-secret': api.secret,
      'x-authing-userpool-id': api.userPoolId,
    }
    const event = () =>
      send(
        '/webhook',
        headers,
        JSON.stringify({ eventName: 'user:blocked', data: { users: [{ userId: `user-${events++}` }] } }),
      )

    /** What is sent for some time; the server's CPU, and what the hot requests took. */
    const spell = async (kind) => {
      const latencies = []
      const pending = []
      const before = await server.call('cpu')
      const start = performance.now()
      const senders = []
      if (kind !== 'calm') senders.push(event)
      if (kind !== 'events') senders.push(async () => latencies.push(await hot()))
      // Each at a time of its own within its millisecond: sent together, every request would wait for an event.
      const sendAll = async (sendOne) => {
        for (let at = 0; at < seconds * perSecond; at++) {
          const due = at + Math.random()
          while (performance.now() - start < due) await setImmediate()
          pending.push(sendOne())
        }
      }
      await Promise.all(senders.map(sendAll))
      await Promise.all(pending)
      const cpu = ((await server.call('cpu')) - before) / (seconds * perSecond)
      return { cpu, median: quantile(latencies.concat(0), 0.5), p99: quantile(latencies.concat(0), 0.99) }
    }

    const kinds = ['calm', 'events', 'both']
    for (const kind of kinds) await spell(kind)
    const results = { calm: [], events: [], both: [] }
    const [first, firstEvents] = [await server.call('heap'), events]
    for (let turn = 0; turn < rounds; turn++) {
      for (const kind of rotate(kinds, turn)) {
        results[kind].push(await spell(kind))
        await setTimeout(300)
      }
    }
    const last = await server.call('heap')
    await server.stop()
    const of = (kind, name) => median(results[kind].map((one) => one[name]))
    const cpu = { calm: of('calm', 'cpu'), event: of('events', 'cpu'), beside: of('both', 'cpu') - of('events', 'cpu') }
    const ms = { calm: of('calm', 'median'), beside: of('both', 'median') }
    return {
      perSecond,
      events: events - firstEvents,
      statuses,
      cpuUs: {
        calm: round(cpu.calm),
        beside: round(cpu.beside),
        event: round(cpu.event),
        ratio: round(cpu.beside / cpu.calm),
      },
      medianMs: { calm: round(ms.calm), beside: round(ms.beside), ratio: round(ms.beside / ms.calm) },
      p99Ms: { calm: round(of('calm', 'p99')), beside: round(of('both', 'p99')) },
      // The records are in the store's Map, which is in that process here.
      records: last.records - first.records,
      bytesPerUser: Math.round((last.heapUsed - first.heapUsed) / (events - firstEvents)),
    }
  },
})
