import { setTimeout } from 'node:timers/promises'
import { makeKey } from '../lib/keys.js'
import { mint } from '../lib/tokens.js'
import { openWorld, verdictOf } from './world.js'

/** Milliseconds between two requests. */
const every = 250

/**
 * The issuer rotates its key right after it was asked, and signs with the new one at once: for how long its tokens are
 * refused, and how many of four a second.
 *
 * @param {{ patience: number }} settings milliseconds
 */
export async function rotation(peer, issuers, { patience }) {
  // Before anything is awaited: it takes longer than what is measured here, and others run beside.
  const next = makeKey('RS256')
  const { key, world, token, change } = await openWorld(issuers, { delay: 20 })
  const verify = peer.verifier(world)
  await verify(token)
  await change({ keys: [next.jwk, key.jwk] })
  const fresh = await mint(next)

  const start = performance.now()
  for (let refused = 0; ; refused++) {
    const { verdict } = await verdictOf(verify, fresh)
    const seconds = (performance.now() - start) / 1000
    if (verdict === 'accepted') return { seconds, refused, over: false }
    if (seconds * 1000 > patience) return { seconds, refused: refused + 1, over: true }
    await setTimeout(every)
  }
}
