import { race, ways } from '../lib/race.js'
import { bytesOf, freshString } from '../lib/tokens.js'
import { cut, floorCheck } from '../peers/floor.js'

/**
 * Which token comes next: the same for ever, one of 10,000 after the other, or each one once.
 *
 * @type {Record<string, (cursor: number, pool: { many: number, count: number }) => number>}
 */
const orders = {
  hot: () => 0,
  inTurn: (cursor, { many }) => cursor % many,
  different(cursor, { count }) {
    if (cursor >= count) throw new Error('every token is used up')
    return cursor
  },
}

/**
 * Races the peers and the floor over good tokens.
 *
 * @param {{ key: import('../lib/keys.js').Key, world: import('../peers/index.js').World, tokens: readonly string[] }} given
 * @param {readonly import('../peers/index.js').Peer[]} peers
 * @param {{ order: keyof typeof orders, way: 'sequential' | 'together', settings: object }} workload
 */
export async function raceGoodTokens({ key, world, tokens }, peers, { order, way, settings }) {
  const all = tokens.map(bytesOf)
  const most = order === 'different' ? Math.floor((all.length - 1) / (settings.rounds + settings.warmUps)) : 20_000
  const next = (pool, make) => taker(pool, order, settings.many, make)
  const runners = [
    floorRunner(
      key,
      next(tokens.map(cut), (parts) => parts),
      way,
    ),
  ]
  for (const peer of peers) {
    // Anew for each workload: what one has remembered is not the next one's.
    const verify = peer.verifier(world)
    await verify(freshString(all[0]))
    if (peer.remembers && order === 'inTurn') await remember(verify, all.slice(0, settings.many))
    runners.push({ name: peer.name, take: next(all, freshString), run: ways[way](verify, peer.isSync) })
  }
  return await race(runners, { ...settings, most })
}

function floorRunner(key, take, way) {
  const check = floorCheck(key)
  const verify = (parts) => {
    if (!check(parts)) throw new Error('the floor refuses a good token')
  }
  return { name: 'floor', take, run: ways[way](verify, true) }
}

/** Twice seen, and once more for those that were pushed out meanwhile. */
async function remember(verify, tokens) {
  for (let pass = 0; pass < 3; pass++) for (const bytes of tokens) await verify(freshString(bytes))
}

function taker(pool, order, many, make) {
  // The first one has been used to get the keys.
  let cursor = 1
  const size = { many, count: pool.length }
  return (count) => Array.from({ length: count }, () => make(pool[orders[order](cursor++, size)]))
}
