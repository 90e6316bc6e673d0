import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { startIssuers } from '../lib/issuers.js'
import { race, ways } from '../lib/race.js'
import { bytesOf, freshString, idClaims, mint } from '../lib/tokens.js'
import { authingGuardPeer } from '../peers/authing-guard.js'
import { makeWorld } from '../verify/world.js'

const ignore = () => {}

/** What events add to one hot token: where nobody listens, and for listeners that do nothing. */
export async function events(settings) {
  const issuers = await startIssuers()
  const { key, world } = await makeWorld('RS256', 0, issuers)
  const bytes = bytesOf(await mint(key, idClaims()))
  const take = (count) => Array.from({ length: count }, () => freshString(bytes))
  const runner = (name, onEvent) => {
    const guard = authingGuardPeer.guard(world, { onEvent })
    return { name, take, run: ways.sequential((token) => guard.verifyToken(token)) }
  }
  const { run, ...subscribed } = runner('a subscriber of the channel', undefined)
  const runners = [
    runner('nobody listens', undefined),
    runner('onEvent', ignore),
    {
      ...subscribed,
      // All guards of the process are heard meanwhile, so for as long as its turn takes.
      async run(tokens) {
        subscribe('authing-guard', ignore)
        await run(tokens)
        unsubscribe('authing-guard', ignore)
      },
    },
  ]
  const times = await race(runners, { ...settings, most: 20_000 })
  await issuers.stop()
  return times
}
