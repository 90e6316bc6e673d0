import { authingGuard } from 'authing-guard/express'
import { hosts } from '../http/hosts.js'
import { middlewareTimer, requestsOf } from '../lib/called.js'
import { startIssuers } from '../lib/issuers.js'
import { median, rotate, round } from '../lib/stats.js'
import { bytesOf, freshString, mint } from '../lib/tokens.js'
import { authingGuardPeer } from '../peers/authing-guard.js'
import { makeWorld } from '../verify/world.js'

/** What the guard takes in Express with a hot token, called in the process; `compare.js` sets two builds side by side. */
export async function expressMiddleware({ rounds }) {
  const issuers = await startIssuers()
  const { key, world } = await makeWorld('RS256', 0, issuers)
  const bytes = bytesOf(`Bearer ${await mint(key)}`)
  const guard = authingGuardPeer.guard(world)
  await guard.verifyToken(bytes.toString().slice('Bearer '.length))
  const runners = { 'an empty middleware': hosts.express.empty, 'authingGuard(...)': authingGuard(guard) }
  const timers = Object.entries(runners).map(([name, middleware]) => ({ name, time: middlewareTimer(middleware) }))
  const times = new Map(timers.map(({ name }) => [name, []]))
  for (let turn = 0; turn < 20 * rounds; turn++) {
    for (const { name, time } of rotate(timers, turn)) {
      const requests = requestsOf(Array.from({ length: 64 }, () => freshString(bytes)))
      globalThis.gc({ type: 'minor' })
      const us = await time(requests)
      // The first half warms up.
      if (turn >= 10 * rounds) times.get(name).push(us)
    }
  }
  await issuers.stop()
  return Object.fromEntries([...times].map(([name, all]) => [name, { us: round(median(all)) }]))
}
