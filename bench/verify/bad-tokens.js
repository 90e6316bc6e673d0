import { race, ways } from '../lib/race.js'
import { breakSignature, bytesOf, freshString, garbageLike, idClaims, mintMany } from '../lib/tokens.js'
import { cut, floorCheck } from '../peers/floor.js'
import { accepts } from './world.js'

/** As many of each, used in turn: enough that nobody has the last one still at hand. */
const count = 2000

const hourAgo = () => Math.floor(Date.now() / 1000) - 3600

/** What is wrong with a token, and how one is made from a good one. */
export const wrongs = {
  signature: async (_, tokens) => tokens.slice(0, count).map(breakSignature),
  garbage: async (_, tokens) => tokens.slice(0, count).map(garbageLike),
  expired: (key) => mintMany(key, count, () => idClaims({ exp: hourAgo(), iat: hourAgo() - 3600 })),
}

/** Races the peers over tokens that each must refuse; who accepts them is shown as such. */
export async function raceBadTokens({ key, world, tokens }, peers, { wrong, settings }) {
  const bad = await wrongs[wrong](key, tokens)
  const bytes = bad.map(bytesOf)
  const runners = wrong === 'garbage' ? [] : [floorRunner(key, bad, wrong === 'expired')]
  const unfit = {}
  for (const peer of peers) {
    const verify = peer.verifier(world)
    await verify(tokens[0])
    if (await accepts(verify, bad[0])) {
      unfit[peer.name] = 'accepts it'
      continue
    }
    runners.push({ name: peer.name, take: taker(bytes, freshString), run: ways.refused(verify, peer.isSync) })
  }
  return { times: await race(runners, { ...settings, most: 20_000 }), unfit }
}

/** What a refusal costs at the least: the signature alone, right or not. */
function floorRunner(key, bad, isGood) {
  const check = floorCheck(key)
  const verify = (parts) => {
    if (check(parts) !== isGood) throw new Error('the floor is wrong about a signature')
  }
  return { name: 'floor', take: taker(bad.map(cut), (parts) => parts), run: ways.sequential(verify, true) }
}

function taker(pool, make) {
  let cursor = 0
  return (length) => Array.from({ length }, () => make(pool[cursor++ % pool.length]))
}
