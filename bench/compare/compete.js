import { setImmediate } from 'node:timers/promises'
import { median, rotate } from '../lib/stats.js'

/** The workload of which only what the middleware adds is compared. */
export const alone = 'Express 5, hot token, what the guard adds'

/**
 * Lets all run in turn, a short stretch each, and takes each one's median stretch of every round.
 *
 * @param {readonly import('../lib/race.js').Runner[]} runners whose `run` may give microseconds a call of its own
 * @param {{ rounds: number, stretches: number, calls: number }} settings `calls` in one stretch, which is short enough
 *   that a pause of the machine spoils one and not a round
 * @returns {Promise<Record<string, readonly number[]>>} microseconds a call, by round; all had the same weather in each
 */
export async function compete(runners, { rounds, stretches, calls }) {
  const results = Object.fromEntries(runners.map(({ name }) => [name, []]))
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    const times = new Map(runners.map(({ name }) => [name, []]))
    for (let turn = 0; turn < stretches; turn++) {
      for (const { name, take, run } of rotate(runners, round + turn)) {
        const inputs = take(calls)
        globalThis.gc({ type: 'minor' })
        const start = process.hrtime.bigint()
        const measured = await run(inputs)
        times.get(name).push(measured ?? Number(process.hrtime.bigint() - start) / 1000 / calls)
      }
      await setImmediate()
    }
    if (round > 0) for (const [name, all] of times) results[name].push(median(all))
  }
  return results
}
