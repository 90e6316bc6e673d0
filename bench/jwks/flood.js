import { setImmediate } from 'node:timers/promises'
import { median, quantile, rotate, round } from '../lib/stats.js'
import { bytesOf, freshString, mintMany } from '../lib/tokens.js'
import { openWorld } from './world.js'

/** Tokens of each kind in one second. */
const perSecond = 1000

/**
 * 1,000 unknown `kid`s in a second beside as many good tokens: what the issuer gets of it, and what the good ones feel.
 *
 * @param {boolean} isWarm whether the keys are there when it begins
 */
export async function flood(peer, issuers, { isWarm, rounds, delay = 50 }) {
  const fetches = []
  const p99 = { calm: [], flooded: [] }
  for (let turn = 0; turn < rounds; turn++) {
    for (const kind of rotate(['calm', 'flooded'], turn)) {
      const result = await second(peer, issuers, { isWarm, delay, isFlooded: kind === 'flooded' })
      p99[kind].push(result.p99)
      if (kind === 'flooded') fetches.push(result.fetches)
    }
  }
  const [calmMs, floodedMs] = [median(p99.calm), median(p99.flooded)]
  return {
    fetches: Math.max(...fetches),
    calmP99Ms: round(calmMs),
    floodedP99Ms: round(floodedMs),
    ratio: round(floodedMs / calmMs),
  }
}

async function second(peer, issuers, { isWarm, isFlooded, delay }) {
  const { key, world, token, counts } = await openWorld(issuers, { delay })
  const good = (await mintMany(key, perSecond)).map(bytesOf)
  const bad = unknownKids(key, token)
  const verify = peer.verifier(world)
  if (isWarm) await verify(token)
  const before = (await counts()).fetches

  const latencies = []
  const pending = []
  const start = performance.now()
  for (let at = 0; at < perSecond; at++) {
    while (performance.now() - start < at) await setImmediate()
    // Each in a turn of its own, as requests on two connections are.
    if (isFlooded) pending.push(settled(verify, freshString(bad[at])))
    await setImmediate()
    pending.push(settled(verify, freshString(good[at])).then((ms) => latencies.push(ms)))
  }
  await Promise.all(pending)
  return { p99: quantile(latencies, 0.99), fetches: (await counts()).fetches - before }
}

/** The same token under 1,000 names that nobody knows. */
function unknownKids(key, token) {
  const [, claims, signature] = token.split('.')
  const headers = Array.from({ length: perSecond }, (_, at) => ({ alg: 'RS256', typ: 'JWT', kid: `${key.kid}-${at}` }))
  return headers.map((header) =>
    bytesOf(`${Buffer.from(JSON.stringify(header)).toString('base64url')}.${claims}.${signature}`),
  )
}

async function settled(verify, token) {
  const start = performance.now()
  try {
    await verify(token)
  } catch {
    // How it ended is another scene's matter; here it counts when.
  }
  return performance.now() - start
}
