import { setTimeout } from 'node:timers/promises'
import { answerCalls } from '../lib/child.js'
import { fetchers } from '../peers/index.js'
import { verdictOf } from './world.js'

const freshFor = 200
let peer
let verify
let ahead = 0

answerCalls({
  async start(name, world) {
    await warmPlatform(world)
    peer = fetchers.find((one) => one.name === name)
    verify = peer.withFreshness(world, { freshFor, now: () => Date.now() + ahead })
  },

  /** Gets good keys, and lets them get old. */
  async warmUp(token) {
    await verify(token)
    if (peer.takesClock) ahead = 10 * 60_000
    else await setTimeout(freshFor + 100)
  },

  /** A good token; and by how much memory has grown at most. */
  async ask(token, patience) {
    const grown = watchMemory()
    const { verdict, status, ms } = await verdictOf(verify, token, patience)
    // What goes on behind the answer counts too.
    await setTimeout(200)
    return { verdict, status, seconds: ms / 1000, mebibytes: grown() / 2 ** 20 }
  },
})

/** The platform's HTTP client takes some 25 MiB when it is first used, and compiled: whoever uses it, that is not his. */
async function warmPlatform({ origin }) {
  for (let turn = 0; turn < 100; turn++) {
    await fetch(new URL('/elsewhere', origin)).then((response) => response.text())
  }
  await setTimeout(300)
}

/** By how many bytes the process has grown since: looked at often, and by its own record where that was broken. */
function watchMemory() {
  const record = process.resourceUsage().maxRSS
  const start = process.memoryUsage.rss()
  let most = start
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 5)
  return () => {
    clearInterval(timer)
    const { maxRSS } = process.resourceUsage()
    return Math.max(most, maxRSS > record ? maxRSS * 1024 : 0) - start
  }
}
