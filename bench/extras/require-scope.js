import { startIssuers } from '../lib/issuers.js'
import { race, ways } from '../lib/race.js'
import { accessClaims, bytesOf, freshString, mint } from '../lib/tokens.js'
import { authingGuardPeer } from '../peers/authing-guard.js'
import { makeWorld } from '../verify/world.js'

const scope = 'book:read'

/** What `guard.require({ scope })` adds to one hot access token. */
export async function requireScope(settings) {
  const issuers = await startIssuers()
  const { key, world } = await makeWorld('RS256', 0, issuers)
  const bytes = bytesOf(await mint(key, accessClaims(`profile email ${scope} book:write`)))
  const guard = authingGuardPeer.guard(world)
  const readers = guard.require({ scope })
  const runners = [
    { name: 'guard', verify: (token) => guard.verifyToken(token) },
    { name: 'guard.require({ scope })', verify: (token) => readers.verifyToken(token) },
  ].map(({ name, verify }) => ({
    name,
    take: (count) => Array.from({ length: count }, () => freshString(bytes)),
    run: ways.sequential(verify),
  }))
  const times = await race(runners, { ...settings, most: 20_000 })
  await issuers.stop()
  return times
}
