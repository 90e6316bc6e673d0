import { startIssuers } from '../lib/issuers.js'
import { race, ways } from '../lib/race.js'
import { bytesOf, freshString, idClaims, mint } from '../lib/tokens.js'
import { authingGuardPeer } from '../peers/authing-guard.js'
import { makeWorld } from '../verify/world.js'

/** What a remembered decision of `checkPermission` adds to one hot token. */
export async function requirePermission(settings) {
  const issuers = await startIssuers()
  const { key, world } = await makeWorld('RS256', 0, issuers)
  const bytes = bytesOf(await mint(key, idClaims()))
  const checkPermission = { check: async () => true, cacheSeconds: 300, callerOnly: true }
  const guard = authingGuardPeer.guard(world, { checkPermission })
  const removers = guard.require({ action: 'book:delete', resource: 'book:1' })
  const runners = [
    { name: 'guard', verify: (token) => guard.verifyToken(token) },
    { name: 'guard.require({ action, resource })', verify: (token) => removers.verifyToken(token) },
  ].map(({ name, verify }) => ({
    name,
    take: (count) => Array.from({ length: count }, () => freshString(bytes)),
    run: ways.sequential(verify),
  }))
  const times = await race(runners, { ...settings, most: 20_000 })
  await issuers.stop()
  return times
}
