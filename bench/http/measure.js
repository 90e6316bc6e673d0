import { median, rotate, round } from '../lib/stats.js'
import { breakSignature } from '../lib/tokens.js'

/**
 * A server, of whose process nothing else is asked meanwhile.
 *
 * @typedef {object} Served
 * @property {string} name
 * @property {ReturnType<typeof import('../lib/child.js').startChild>} child answers `cpu`
 * @property {number} port
 * @property {{ perSecond: number, p99: number, cpu: number, busy: number }[]} samples one for each round
 */

/** Throws where a server lets a bad token in, or keeps a good one out. */
export async function check(name, port, token) {
  const statusOf = async (given) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: `Bearer ${given}` } })
    await response.arrayBuffer()
    return response.status
  }
  const [good, bad] = [await statusOf(token), await statusOf(breakSignature(token))]
  if (good !== 200 || bad === 200) throw new Error(`${name} answers ${good} to a good token and ${bad} to a bad one`)
}

/**
 * Puts each server under load in turn, round after round, each time in another order. Rounds are short, so that a slow
 * minute of the machine meets all of them.
 *
 * @param {readonly Served[]} servers
 */
export async function measure(servers, load, token, { rounds, requests, warmUp }) {
  if (warmUp > 0) for (const { port } of servers) await load.call('load', port, token, warmUp)
  for (let turn = 0; turn < rounds; turn++) {
    for (const { child, port, samples } of rotate(servers, turn)) {
      const before = await child.call('cpu')
      const { good, ms, perSecond, p99 } = await load.call('load', port, token, requests)
      const cpu = (await child.call('cpu')) - before
      samples.push({ perSecond, p99, cpu: cpu / good, busy: cpu / (1000 * ms) })
    }
  }
}

export function summary(samples) {
  const of = (name) => round(median(samples.map((sample) => sample[name])))
  return { perSecond: of('perSecond'), cpuUs: of('cpu'), p99Ms: of('p99'), busy: of('busy') }
}

/** One server beside another: medians of what each round says. */
export function beside(samples, others) {
  const of = (tell) => round(median(samples.map((sample, turn) => tell(sample, others[turn]))))
  return {
    perSecond: of((one, other) => one.perSecond / other.perSecond),
    cpu: of((one, other) => one.cpu / other.cpu),
    addedUs: of((one, other) => one.cpu - other.cpu),
  }
}
