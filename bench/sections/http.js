import { beside, check, measure, summary } from '../http/measure.js'
import { startChild } from '../lib/child.js'
import { startIssuers } from '../lib/issuers.js'
import { doors } from '../peers/index.js'
import { makeWorld } from '../verify/world.js'

const usual = { rounds: 15, requests: 4000, warmUp: 8000 }
const brief = { rounds: 1, requests: 500, warmUp: 0 }

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
    const { samples: empty } = servers.find(({ name }) => name === 'empty')
    results[host] = Object.fromEntries(
      servers.map(({ name, samples }) => [name, { ...summary(samples), besideEmpty: beside(samples, empty) }]),
    )
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
