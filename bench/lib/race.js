import { setImmediate } from 'node:timers/promises'
import { median, quantile, rotate, round } from './stats.js'

/**
 * Who runs in a race.
 *
 * @typedef {object} Runner
 * @property {string} name
 * @property {(count: number) => unknown[]} take fresh inputs, made while no clock runs
 * @property {(inputs: unknown[]) => unknown} run
 */

/** Inputs of one timed stretch: few enough to be still in the processor's cache, as a request's header is. */
const stretch = 256

/**
 * Lets all runners run in turn, round after round, each time in another order, and takes each one's median round.
 *
 * @param {readonly Runner[]} runners
 * @param {{ rounds: number, warmUps: number, roundMs: number, most: number, first?: number }} settings
 *   `most` calls in one round, `first` in the first one, which shows how many there is time for
 * @returns {Promise<Record<string, { us: number, spread: number }>>} microseconds a call; the quartiles' distance as a
 *   part of it
 */
export async function race(runners, { rounds, warmUps, roundMs, most, first = stretch }) {
  const calls = new Map(runners.map(({ name }) => [name, Math.min(first, most)]))
  const times = new Map(runners.map(({ name }) => [name, []]))
  for (let turn = 0; turn < warmUps + rounds; turn++) {
    for (const runner of rotate(runners, turn)) {
      // What the one before has left behind is not this one's to clean up.
      globalThis.gc?.({ type: 'minor' })
      const us = await timed(runner, calls.get(runner.name))
      if (turn >= warmUps) times.get(runner.name).push(us)
      else calls.set(runner.name, Math.min(most, Math.max(32, 32 * Math.round((roundMs * 1000) / us / 32))))
    }
  }
  return Object.fromEntries(
    runners.map(({ name }) => {
      const us = median(times.get(name))
      const spread = (quantile(times.get(name), 0.75) - quantile(times.get(name), 0.25)) / us
      return [name, { us: round(us), spread: round(spread) }]
    }),
  )
}

async function timed({ take, run }, calls) {
  let nanoseconds = 0n
  for (let left = calls; left > 0; left -= stretch) {
    const inputs = take(Math.min(stretch, left))
    const start = process.hrtime.bigint()
    await run(inputs)
    nanoseconds += process.hrtime.bigint() - start
    // Sockets and timers of whoever has some.
    await setImmediate()
  }
  return Number(nanoseconds) / 1000 / calls
}

/** How calls are made; each is handed a verifier's function, and gives what runs a list of tokens through it. */
export const ways = {
  /** One at a time; a verifier that answers in place is not awaited. */
  sequential: (verify, isSync = false) =>
    isSync
      ? (tokens) => {
          for (const token of tokens) verify(token)
        }
      : async (tokens) => {
          for (const token of tokens) await verify(token)
        },

  /** 64 at once. */
  together: (verify, isSync = false) =>
    isSync
      ? ways.sequential(verify, true)
      : async (tokens) => {
          for (let at = 0; at < tokens.length; at += 64) {
            await Promise.all(tokens.slice(at, at + 64).map((token) => verify(token)))
          }
        },

  /** One at a time, and each must be refused. */
  refused: (verify, isSync = false) =>
    isSync
      ? (tokens) => {
          for (const token of tokens) if (!throws(verify, token)) throw new Error('a bad token was accepted')
        }
      : async (tokens) => {
          for (const token of tokens) if (!(await rejects(verify, token))) throw new Error('a bad token was accepted')
        },
}

function throws(verify, token) {
  try {
    verify(token)
    return false
  } catch {
    return true
  }
}

async function rejects(verify, token) {
  try {
    await verify(token)
    return false
  } catch {
    return true
  }
}
