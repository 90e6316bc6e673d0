import { answerCalls } from '../lib/child.js'
import { startIssuers } from '../lib/issuers.js'
import { verifiers } from '../peers/index.js'
import { raceBadTokens, wrongs } from './bad-tokens.js'
import { raceGoodTokens } from './good-tokens.js'
import { makeWorld, whoFits } from './world.js'

/** `supply`: tokens, of which each is used once where all are different; `many`: those that go round in turn. */
const usual = { rounds: 9, warmUps: 4, roundMs: 40, supply: 24_000, many: 10_000 }
const brief = { rounds: 2, warmUps: 2, roundMs: 4, first: 32, supply: 1000, many: 500 }

answerCalls({
  /** Good tokens of one algorithm, through every peer. */
  async verify(algorithm, quick) {
    const settings = quick ? brief : usual
    const issuers = await startIssuers()
    const given = await makeWorld(algorithm, settings.supply, issuers)
    const { fit, unfit } = await whoFits(verifiers, given.world, given.tokens[0])
    const times = {}
    for (const way of ['sequential', 'together']) {
      times[way] = {}
      for (const order of ['hot', 'inTurn', 'different']) {
        times[way][order] = await raceGoodTokens(given, fit, { order, way, settings })
      }
    }
    await issuers.stop()
    return { tokenLength: given.tokens[0].length, times, unfit }
  },

  /** Bad tokens of one algorithm. */
  async refuse(algorithm, quick) {
    const settings = quick ? brief : usual
    const issuers = await startIssuers()
    const given = await makeWorld(algorithm, Math.min(2000, settings.supply), issuers)
    const { fit } = await whoFits(verifiers, given.world, given.tokens[0])
    const results = {}
    for (const wrong of Object.keys(wrongs)) results[wrong] = await raceBadTokens(given, fit, { wrong, settings })
    await issuers.stop()
    return results
  },
})
