import { startChild } from '../lib/child.js'
import { startIssuers } from '../lib/issuers.js'
import { median, rotate, round } from '../lib/stats.js'
import { breakSignature } from '../lib/tokens.js'
import { doors } from '../peers/index.js'
import { makeWorld } from '../verify/world.js'

const usual = { rounds: 5, seconds: 2, warmUp: 3 }
const brief = { rounds: 1, seconds: 1, warmUp: 0 }

/** Express 5 and Koa 3 with one hot token: the server on one core, the load on the other. */
export async function http({ quick, log }) {
  const settings = quick ? brief : usual
  const issuers = await startIssuers()
  const { world, tokens } = await makeWorld('RS256', 1, issuers)
  const load = startChild(new URL('../http/load.js', import.meta.url), { core: 1 })
  const results = {}
  for (const host of ['express', 'koa']) {
    log(`http: ${host}`)
    const servers = await startServers(host, world, tokens[0])
    await measure(servers, load, tokens[0], settings)
    results[host] = Object.fromEntries(servers.map(({ name, samples }) => [name, summary(samples)]))
    await Promise.all(servers.map(({ child }) => child.stop()))
  }
  await Promise.all([load.stop(), issuers.stop()])
  return results
}

/** All at once, and all on the same core: who is not under load does nothing. */
async function startServers(host, { change, counts, ...world }, token) {
  const names = ['bare', 'empty', ...doors.filter((peer) => peer[host] !== undefined).map(({ name }) => name)]
  return await Promise.all(
    names.map(async (name) => {
      const env = { NODE_ENV: 'production' }
      const child = startChild(new URL('../http/server.js', import.meta.url), { core: 0, env })
      const port = await child.call('listen', host, name, world)
      if (name !== 'bare' && name !== 'empty') await check(name, port, token)
      return { name, child, port, samples: [] }
    }),
  )
}

async function check(name, port, token) {
  const statusOf = async (given) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: `Bearer ${given}` } })
    await response.arrayBuffer()
    return response.status
  }
  const [good, bad] = [await statusOf(token), await statusOf(breakSignature(token))]
  if (good !== 200 || bad === 200) throw new Error(`${name} answers ${good} to a good token and ${bad} to a bad one`)
}

async function measure(servers, load, token, { rounds, seconds, warmUp }) {
  if (warmUp > 0) for (const { port } of servers) await load.call('load', port, token, warmUp)
  for (let turn = 0; turn < rounds; turn++) {
    for (const { child, port, samples } of rotate(servers, turn)) {
      const before = await child.call('cpu')
      const start = performance.now()
      const { good, perSecond, p99 } = await load.call('load', port, token, seconds)
      const wall = (performance.now() - start) * 1000
      const cpu = (await child.call('cpu')) - before
      samples.push({ perSecond, p99, cpu: cpu / good, busy: cpu / wall })
    }
  }
}

function summary(samples) {
  const of = (name) => round(median(samples.map((sample) => sample[name])))
  return { perSecond: of('perSecond'), cpuUs: of('cpu'), p99Ms: of('p99'), busy: of('busy') }
}
