// The soak: an Express API behind the guard, under steady load, while the user pool rotates keys, goes down in each of
// its ways, slows down and comes back, by a schedule from a printed seed. Bounded, and loopback alone.
//
//   node --expose-gc bench/soak/run.js [--seconds 120] [--seed N] [--rate 400]

import { setTimeout as pause } from 'node:timers/promises'
import { inspect, parseArgs } from 'node:util'
import { createUserPool } from '../../dist/testing.js'
import { namesOf } from './bad-tokens.js'
import { Dice } from './dice.js'
import { fastClock, Ledger } from './ledger.js'
import { Oracle } from './oracle.js'
import { printHeader, printSummary } from './report.js'
import { scheduleOf } from './schedule.js'
import { startApi } from './server.js'
import { Tally } from './tally.js'
import { Tokens } from './tokens.js'
import { Traffic } from './traffic.js'
import { Pulse, Vitals } from './vitals.js'
import { Weather } from './weather.js'

/**
 * The guard's clock and the pool's run this much faster than the machine's, which the time-out of a fetch goes by. More
 * would give fetches up, at 1 s after the time-out by the guard's clock, before they have had their time.
 */
const speed = 2
const jwksCache = { maxAge: 14, staleIfError: 14, timeout: 0.4 }
const tokenCache = { maxEntries: 500, maxAge: 60 }
/** MiB by which the mean of the last third may be above that of the second. */
const mostGrowth = 3
/** Sockets to the pool at once: one for each application, and one each that is being cut off. */
const mostSockets = 6

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, rate: { type: 'string' } },
})
const seconds = Number(values.seconds ?? 120)
const rate = Number(values.rate ?? 400)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32))
if (!(seconds >= 5 && rate >= 1 && Number.isInteger(seed))) throw new TypeError('take --seconds of 5 or more')
if (globalThis.gc === undefined)
  throw new TypeError('run it with node --expose-gc: memory is weighed after a collection')

const failures = []
let giveUp
const broken = new Promise((resolve) => {
  giveUp = resolve
})
const failed = (error) => {
  failures.push(error)
  giveUp()
}
process.on('unhandledRejection', (reason) => failed(new Error('an unhandled rejection', { cause: reason })))
process.on('uncaughtException', (error) => failed(new Error('an uncaught exception', { cause: error })))

const dice = new Dice(seed)
const now = fastClock(speed)
const pool = await createUserPool({
  now,
  layout: dice.pick(['domain-per-app', 'shared-issuer', 'path-per-app']),
  apps: [{ algorithm: 'RS256' }, { algorithm: 'HS256' }, { algorithm: 'ES256' }],
  accessKeys: [{}, {}],
  users: Array.from({ length: 8 }, (_, at) => ({ nickname: `user ${at}`, email: `user${at}@example.com` })),
})
const faults = namesOf((how) => pool.goDown({ fault: how }))
const restFor = ((jwksCache.maxAge * 2 + 4) / speed) * 1.02
const schedule = scheduleOf(dice.fork(), {
  seconds,
  apps: pool.apps.length,
  faults,
  timeout: jwksCache.timeout,
  restFor,
})
printHeader({ seed, seconds, rate, speed, jwksCache, tokenCache, schedule, faults, pool })

const appIds = pool.apps.map(({ appId }) => appId)
const pulse = new Pulse(jwksCache.timeout * 1000)
const ledger = new Ledger(now, appIds, {
  trouble: jwksCache.timeout * speed * 1000 + 1000,
  dueAfter: jwksCache.maxAge * 0.8 * 1000,
  pulse,
})
const watched = new Map()
const reasons = {}
const onEvent = (event) => {
  if (event.type === 'refused') reasons[event.reason] = (reasons[event.reason] ?? 0) + 1
  else if (event.type === 'keys_refreshed' || event.type === 'keys_failed') ledger.heard(event)
  for (const surprise of ledger.surprises.splice(0)) failed(new Error(surprise))
}
const { jwtSecret, userPoolId, accessKeys, guardOptions } = pool
const options = {
  ...guardOptions,
  userPool: { id: userPoolId, jwtSecret },
  accessKeys: [accessKeys[0].accessKeyId],
  jwksCache,
  tokenCache,
  now,
  onEvent,
}
const weather = new Weather(pool, ledger, jwksCache.timeout, failed)
const tokens = new Tokens(pool, dice.fork(), now, weather)
const api = await startApi(options, ledger, watched)
const ports = pool.apps.map(({ host }) => Number(new URL(host).port))
const vitals = new Vitals(api.guard, ports)
const tally = new Tally()
const oracle = new Oracle(ledger, jwksCache)
const traffic = new Traffic({ port: api.port, tokens, weather, oracle, watched, tally, failed })

vitals.start(Math.max(0.5, seconds / 60))
weather.play(schedule.events)
// Where the pool is down at the start, it is so by now.
await pause(10)
await api.guard.ready({ timeout: 1 })
const began = performance.now()
traffic.start(rate)
await Promise.race([pause(seconds * 1000 - 10), broken])
await traffic.stop()
await weather.clear()
vitals.stop()
pulse.stop()
const lasted = (performance.now() - began) / 1000

if (failures.length === 0) await checkEnd()
traffic.close()
await api.stop()
await pool.close()
printSummary({ lasted, tally, weather, vitals, ledger, traffic, reasons, mostGrowth })
for (const failure of failures.slice(0, 3)) console.log(`failed: ${inspect(failure)}\n`)
console.log(failures.length === 0 ? 'soak passed' : `soak failed: seed ${seed}: ${failures[0].message}`)
process.exit(failures.length === 0 ? 0 : 1)

/** After the last storm: every application serves its newest key, nothing has grown, nothing is left open. */
async function checkEnd() {
  const { grown } = vitals.growth()
  if (grown > mostGrowth)
    failed(new Error(`memory has grown by ${grown.toFixed(1)} MiB, and ${mostGrowth} are allowed`))
  for (const token of tokens.latest()) await traffic.send(token)
  const { state } = api.guard.health()
  if (state !== 'fresh') failed(new Error(`the pool has been up for a while, and the keys are ${state}`))
  if (vitals.mostSockets > mostSockets) failed(new Error(`${vitals.mostSockets} sockets to the pool at once`))
  // Idle connections are closed after 4 s by the platform's fetch.
  await pause(5500)
  if (vitals.sockets > 0) failed(new Error(`${vitals.sockets} sockets to the pool are left open`))
  if (watched.size > 0) failed(new Error(`${watched.size} requests were never answered`))
}
