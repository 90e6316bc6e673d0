import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { answerCalls, startChild } from '../lib/child.js'
import { median, quantile, rotate, round } from '../lib/stats.js'

// A flood of made-up opaque tokens beside good traffic: what the issuer gets of it, what known good tokens feel, and how
// many good ones pass that nobody has seen before.

const { createGuard } = await import('../../dist/index.js')
const { introspection } = await import('../../dist/introspection.js')

const appId = 'an-application'
/** Good requests of one second, by so many users; as many made-up tokens beside them in a flooded one. */
const perSecond = 1000
const users = 100

const opaque = (start) => start + randomBytes(20).toString('hex').slice(1)

answerCalls({
  async flood(rounds) {
    const issuer = startChild(new URL('./issuer-process.js', import.meta.url))
    const port = await issuer.call('open', { appId, delay: 20 })
    const p99 = { calm: [], flooded: [] }
    let questions = 0
    let verdicts
    await second(port, issuer, true)
    for (let turn = 0; turn < rounds; turn++) {
      for (const kind of rotate(['calm', 'flooded'], turn)) {
        const result = await second(port, issuer, kind === 'flooded')
        p99[kind].push(result.p99)
        if (kind === 'flooded') verdicts = result.verdicts
        questions = Math.max(questions, result.asked.madeUp)
      }
    }
    await issuer.stop()
    const [calm, flooded] = [median(p99.calm), median(p99.flooded)]
    return { questions, verdicts, calmMs: round(calm), floodedMs: round(flooded), ratio: round(flooded / calm) }
  },
  /** Of good first-seen tokens beside so many made-up ones a second: how many pass within 3 seconds. */
  async firstSeen(rates, seconds) {
    const issuer = startChild(new URL('./issuer-process.js', import.meta.url))
    const port = await issuer.call('open', { appId, delay: 50 })
    const shares = []
    // The first time warms up.
    for (const [at, madeUp] of [rates[0], ...rates].entries()) {
      const result = await among(madeUp, at === 0 ? 2 : seconds, guardOf(port), issuer)
      if (at > 0) shares.push(result)
    }
    await issuer.stop()
    return shares
  },
})

/** Made-up tokens, a multiple of 200 a second, and a good one every 35 ms. */
async function among(madeUp, seconds, guard, issuer) {
  await issuer.call('take')
  const good = []
  const bad = []
  const start = performance.now()
  for (let at = 0; at < seconds * 1000; at += 5) {
    while (performance.now() - start < at) await setImmediate()
    for (let one = 0; one < madeUp / 200; one++) bad.push(settled(guard, opaque('0')))
    if (at % 35 === 0) good.push(settled(guard, opaque('r')))
  }
  const results = await Promise.all(good)
  await Promise.all(bad)
  const passed = results.filter(({ verdict, ms }) => verdict === 'let_in' && ms <= 3000)
  const { atOnce } = await issuer.call('take')
  const p99Ms = quantile(passed.map(({ ms }) => ms).concat(0), 0.99)
  return { madeUp, share: round(passed.length / results.length), p99Ms: round(p99Ms), atOnce }
}

function guardOf(port, options = {}) {
  return createGuard({
    issuer: `http://127.0.0.1:${port}/oidc`,
    appId,
    introspection: introspection({ when: 'opaque', clientSecret: 'the App Secret', ...options }),
    allowHttp: true,
  })
}

async function second(port, issuer, isFlooded) {
  const guard = guardOf(port, { maxRate: 10 })
  const good = Array.from({ length: users }, () => opaque('r'))
  await Promise.all(good.map((token) => guard.verifyToken(token)))
  await issuer.call('take')
  const latencies = []
  const verdicts = { let_in: 0, refused: 0, unavailable: 0 }
  const pending = []
  const start = performance.now()
  for (let at = 0; at < perSecond; at++) {
    while (performance.now() - start < at) await setImmediate()
    // Each in a turn of its own, as requests on two connections are.
    if (isFlooded) pending.push(settled(guard, opaque('0')).then(({ verdict }) => verdicts[verdict]++))
    await setImmediate()
    pending.push(settled(guard, good[at % users]).then(({ ms }) => latencies.push(ms)))
  }
  await Promise.all(pending)
  return { p99: quantile(latencies, 0.99), verdicts, asked: await issuer.call('take') }
}

async function settled(guard, token) {
  const start = performance.now()
  const verdict = await guard.verifyToken(token).then(
    () => 'let_in',
    ({ status }) => (status === 503 ? 'unavailable' : 'refused'),
  )
  return { verdict, ms: performance.now() - start }
}
