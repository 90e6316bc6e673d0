import { setTimeout } from 'node:timers/promises'
import { idClaims, mintMany } from '../lib/tokens.js'
import { openWorld, verdictOf } from './world.js'

const minute = 60_000
/** What the others' sets are fresh for, in milliseconds: they look at the real clock. */
const freshFor = 200
const month = 30 * 86_400

/**
 * The issuer is down, and the keys get old: by the clock that authing-guard takes, two days with a request every five
 * minutes; for the others, by an option that makes a set old soon, two seconds with twenty a second.
 *
 * @returns `refusedFrom`: hours after the fresh time; undefined where nobody was refused
 */
export async function outage(peer, issuers) {
  const { key, world, change } = await openWorld(issuers)
  let ahead = 0
  const verify = peer.withFreshness(world, { freshFor, now: () => Date.now() + ahead })
  const tokens = await mintMany(key, 20, () => idClaims({ exp: Math.floor(Date.now() / 1000) + month }))
  await verify(tokens[0])
  await change({ fault: 'down' })

  const { takesClock = false } = peer
  const requests = takesClock ? 48 * 12 : 40
  if (!takesClock) await setTimeout(freshFor + 100)
  for (let at = 1; at <= requests; at++) {
    if (takesClock) ahead = (10 + 5 * at) * minute
    const { verdict, status } = await verdictOf(verify, tokens[at % tokens.length])
    if (verdict !== 'accepted') return { refusedFrom: takesClock ? at / 12 : 0, verdict, status, takesClock }
    // Whatever is fetched in the background gets its turn.
    await setTimeout(takesClock ? 5 : 50)
  }
  return { refusedFrom: undefined, verdict: 'accepted', status: undefined, takesClock }
}
