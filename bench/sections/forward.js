import { hasNginx, startNginx } from '../forward/nginx.js'
import { beside, check, measure, summary } from '../http/measure.js'
import { startChild } from '../lib/child.js'
import { startIssuers } from '../lib/issuers.js'
import { makeWorld } from '../verify/world.js'

const usual = { rounds: 25, requests: 4000, warmUp: 15_000, million: 1_000_000 }
const brief = { rounds: 1, requests: 500, warmUp: 0, million: 10_000 }

/**
 * Subrequests of a proxy with one hot token: a server that answers 200 to everything beside the adapter, both in one
 * process on one core, the load on the other. Then both behind nginx, on the core of the servers; then the heap.
 */
export async function forward({ quick, log }) {
  const settings = quick ? brief : usual
  const issuers = await startIssuers()
  const {
    world: { change, counts, ...world },
    tokens: [token],
  } = await makeWorld('RS256', 1, issuers)
  const load = startChild(new URL('../http/load.js', import.meta.url), { core: 1 })
  const env = { NODE_ENV: 'production' }
  const child = startChild(new URL('../forward/server.js', import.meta.url), { flags: ['--expose-gc'], core: 0, env })
  const servers = []
  for (const name of ['bare', 'guarded'])
    servers.push({ name, child, port: await child.call('listen', name, world), samples: [] })
  await check('forwardAuth', servers[1].port, token)

  log('forward: alone')
  const alone = await race(servers, load, token, settings)
  let behindNginx
  if (hasNginx) {
    log('forward: behind nginx')
    const nginx = await startNginx(servers, 0)
    await check('nginx', nginx.ports[1], token)
    const proxied = servers.map((server, at) => ({ ...server, port: nginx.ports[at], samples: [] }))
    behindNginx = await race(proxied, load, token, settings)
    await nginx.stop()
  }
  log('forward: memory')
  const memory = await remember(servers[1], load, token, settings.million)
  await Promise.all([child.stop(), load.stop(), issuers.stop()])
  return { alone, behindNginx, memory }
}

async function race(servers, load, token, settings) {
  await measure(servers, load, token, settings)
  const [bare, guarded] = servers.map(({ samples }) => samples)
  return { bare: summary(bare), guarded: summary(guarded), besideBare: beside(guarded, bare) }
}

/** The heap over so many requests: MiB by their number. */
async function remember({ child, port }, load, token, million) {
  const step = million / 10
  const curve = {}
  for (let count = step; count <= million; count += step) {
    await load.call('load', port, token, step)
    curve[count] = await child.call('heap')
  }
  return curve
}
