import { httpHosts } from '../hosts/index.js'
import { beside, check, measure, summary } from '../http/measure.js'
import { startChild } from '../lib/child.js'
import { startIssuers } from '../lib/issuers.js'
import { makeWorld } from '../verify/world.js'

const doors = ['bare', 'empty', 'guarded']
const usual = { http: { rounds: 25, requests: 4000, warmUp: 15_000 }, race: { rounds: 15, warmUps: 4, roundMs: 40 } }
const brief = { http: { rounds: 1, requests: 500, warmUp: 0 }, race: { rounds: 3, warmUps: 2, roundMs: 8 } }

/**
 * What the guard adds to a request with one hot token, on every host: alone, with a middleware that does nothing, with
 * the guard. The server on one core, the load on the other; functions that a cloud calls are called in a process.
 */
export async function hosts({ quick, log }) {
  const settings = quick ? brief : usual
  const issuers = await startIssuers()
  const {
    world: { change, counts, ...world },
    tokens: [token],
  } = await makeWorld('RS256', 1, issuers)
  const load = startChild(new URL('../http/load.js', import.meta.url), { core: 1 })
  const http = {}
  for (const host of Object.keys(httpHosts)) {
    log(`hosts: ${host}`)
    http[host] = await race(host, world, token, load, settings.http)
  }
  log('hosts: functions')
  const child = startChild(new URL('../hosts/functions.js', import.meta.url), { flags: ['--expose-gc'], core: 0 })
  const functions = await child.call('race', world, token, settings.race)
  await Promise.all([child.stop(), load.stop(), issuers.stop()])
  return { http, functions }
}

async function race(host, world, token, load, settings) {
  // One process: of two, one is often faster than the other for as long as they live.
  const env = { NODE_ENV: 'production' }
  const child = startChild(new URL('../hosts/server.js', import.meta.url), { core: 0, env })
  const servers = []
  for (const name of doors)
    servers.push({ name, child, port: await child.call('listen', host, name, world), samples: [] })
  await check(host, servers.at(-1).port, token)
  await measure(servers, load, token, settings)
  await child.stop()
  const [bare, empty, guarded] = servers.map(({ samples }) => samples)
  return {
    ...Object.fromEntries(servers.map(({ name, samples }) => [name, summary(samples)])),
    besideBare: beside(guarded, bare),
    besideEmpty: beside(guarded, empty),
  }
}
