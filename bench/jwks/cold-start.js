import { openWorld, verdictOf } from './world.js'

const requests = 1000

/** A process that has just started, and 1,000 requests at once: what the issuer gets of it. */
export async function coldStart(peer, issuers) {
  const { world, token, counts } = await openWorld(issuers, { delay: 50 })
  const verify = peer.verifier(world)
  const verdicts = await Promise.all(Array.from({ length: requests }, () => verdictOf(verify, token)))
  const { fetches } = await counts()
  return { fetches, accepted: verdicts.filter(({ verdict }) => verdict === 'accepted').length }
}
