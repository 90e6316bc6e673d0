import { openWorld, verdictOf } from './world.js'

const requests = 100

/** The issuer takes connections and says nothing, and the process has just started. */
export async function hang(peer, issuers, { patience }) {
  const { world, token, counts } = await openWorld(issuers, { fault: 'hang' })
  const verify = peer.verifier(world)
  const verdicts = await Promise.all(Array.from({ length: requests }, () => verdictOf(verify, token, patience)))
  const { mostSockets } = await counts()
  const last = verdicts.reduce((slowest, one) => (one.ms > slowest.ms ? one : slowest))
  return { verdict: last.verdict, status: last.status, seconds: last.ms / 1000, sockets: mostSockets }
}
