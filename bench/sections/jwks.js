import { coldStart } from '../jwks/cold-start.js'
import { flood } from '../jwks/flood.js'
import { hang } from '../jwks/hang.js'
import { hostile, hostileSets } from '../jwks/hostile.js'
import { outage } from '../jwks/outage.js'
import { removal } from '../jwks/removal.js'
import { rotation } from '../jwks/rotation.js'
import { startIssuers } from '../lib/issuers.js'
import { round } from '../lib/stats.js'
import { fetchers } from '../peers/index.js'

const usual = { rotation: 40_000, hang: 12_000, hostile: 12_000, floodRounds: 5, floodRoundsOfPeers: 2 }
const brief = { rotation: 2000, hang: 4000, hostile: 4000, floodRounds: 1, floodRoundsOfPeers: 1 }

const briefSets = ['one broken key among good', '50 MB']

/** Who survives what the issuer does. */
export async function jwks({ quick, log }) {
  const settings = quick ? brief : usual
  const issuers = await startIssuers()
  const peers = quick ? fetchers.slice(0, 3) : fetchers
  const results = {}
  /** All at once, where most of the time is spent on waiting. */
  const together = async (name, scene) => {
    log(`jwks: ${name}`)
    const all = await Promise.all(peers.map(async (peer) => [peer.name, rounded(await scene(peer))]))
    results[name] = Object.fromEntries(all)
  }
  /** One peer after the other, where time or load is measured. */
  const inTurn = async (name, scene) => {
    if (quick) return together(name, scene)
    log(`jwks: ${name}`)
    results[name] = {}
    for (const peer of peers) results[name][peer.name] = rounded(await scene(peer))
  }

  await inTurn('coldStart', (peer) => coldStart(peer, issuers))
  for (const isWarm of [true, false]) {
    const name = isWarm ? 'floodWarm' : 'floodCold'
    // The bound is the guard's; who has none is measured more briefly.
    const rounds = (peer) => (peer.takesClock ? settings.floodRounds : settings.floodRoundsOfPeers)
    await inTurn(name, (peer) => flood(peer, issuers, { isWarm, rounds: rounds(peer) }))
  }
  await together('rotation', (peer) => rotation(peer, issuers, { patience: settings.rotation }))
  await together('outage', (peer) => outage(peer, issuers))
  await together('hang', (peer) => hang(peer, issuers, { patience: settings.hang }))
  await together('removal', (peer) => removal(peer, issuers))
  results.hostile = {}
  for (const set of quick ? briefSets : Object.keys(hostileSets)) {
    log(`jwks: ${set}`)
    results.hostile[set] = {}
    const scene = async (peer) => {
      const { cold, warm } = await hostile(peer, issuers, { set, patience: settings.hostile })
      results.hostile[set][peer.name] = { cold: rounded(cold), warm: rounded(warm) }
    }
    // Where much is read, who reads it has the machine to himself.
    if (quick || !set.includes('MB')) await Promise.all(peers.map(scene))
    else for (const peer of peers) await scene(peer)
  }
  await issuers.stop()
  return results
}

/** Numbers with a fraction to what they can claim. */
function rounded(result) {
  const entries = Object.entries(result).map(([name, value]) => [
    name,
    typeof value === 'number' && !Number.isInteger(value) ? round(value) : value,
  ])
  return Object.fromEntries(entries)
}
