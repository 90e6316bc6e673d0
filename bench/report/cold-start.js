import { table, times } from './table.js'

const titles = { esm: 'ES modules', cjs: 'CommonJS' }

/** A first token in a new process: a table for each format. */
export function coldStartTables(coldStart) {
  return Object.entries(coldStart).map(([format, programs]) => {
    const fastest = fastestPeer(programs)
    const rows = Object.entries(programs).map(([name, { import: load, make, first, all }]) => [
      name,
      ...[load, make, first, first === undefined ? undefined : all].map(ms),
      first === undefined ? '-' : times(all, programs[fastest].all),
    ])
    return table([`${titles[format]}, ms`, 'import', 'make', 'first token', 'all', `of ${fastest}`], rows)
  })
}

/** The bounds on it, by the peer that was the fastest when they were set. @returns {readonly import('./bounds.js').Bound[]} */
export function coldStartBounds(coldStart) {
  return Object.entries({ esm: 1, cjs: 1.1 }).map(([format, limit]) => {
    const ratio = coldStart[format]['authing-guard'].all / coldStart[format]['aws-jwt-verify'].all
    return {
      what: `cold start to the first token, ${titles[format]}`,
      must: `at most ${limit} x aws-jwt-verify`,
      measured: `${ratio.toFixed(2)} x`,
      met: ratio <= limit,
    }
  })
}

function fastestPeer(programs) {
  const peers = Object.entries(programs).filter(([name, { first }]) => name !== 'authing-guard' && first !== undefined)
  return peers.reduce((one, other) => (other[1].all < one[1].all ? other : one))[0]
}

const ms = (value) => (value === undefined ? '-' : value.toFixed(1))
