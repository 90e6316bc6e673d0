import { setTimeout } from 'node:timers/promises'
import { makeKey } from '../lib/keys.js'
import { mint } from '../lib/tokens.js'
import { openWorld, verdictOf } from './world.js'

const freshFor = 200

/**
 * The issuer takes a key out of its set, since it has been stolen. Is a token of it still let in, one that was seen
 * before and one that was not: after the set has got old, and after a token of the next key had the set fetched?
 */
export async function removal(peer, issuers) {
  const { key, world, token, change, counts } = await openWorld(issuers)
  let ahead = 0
  const verify = peer.withFreshness(world, { freshFor, remembers: true, now: () => Date.now() + ahead })
  // Seen twice: whoever remembers tokens has it now.
  for (let turn = 0; turn < 3; turn++) await verify(token)
  const next = makeKey('RS256')
  await change({ keys: [next.jwk] })

  const ask = async () => ({
    remembered: (await verdictOf(verify, token)).verdict,
    unseen: (await verdictOf(verify, await mint(key))).verdict,
  })
  // Past the fresh time; the first request may be what has the set fetched.
  if (peer.takesClock) ahead = 10 * 60_000
  else await setTimeout(freshFor + 100)
  await ask()
  await setTimeout(200)
  const afterFreshTime = await ask()
  await verdictOf(verify, await mint(next))
  const afterNextKey = await ask()
  return { afterFreshTime, afterNextKey, fetches: (await counts()).fetches }
}
