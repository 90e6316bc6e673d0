import { table } from './table.js'

/** The adapter for proxies. */
export function forwardTables({ alone, behindNginx, memory }) {
  const rows = [
    ['asked by the load', alone],
    ...(behindNginx === undefined ? [] : [['asked by nginx', behindNginx]]),
  ].map(([how, { bare, guarded, besideBare }]) => [
    how,
    ...[bare, guarded].map(({ perSecond }) => Math.round(perSecond).toLocaleString('en')),
    `${besideBare.perSecond.toFixed(2)} x`,
    ...[bare, guarded].map(({ p99Ms }) => p99Ms),
    `+${besideBare.addedUs.toFixed(1)}`,
  ])
  const counts = Object.keys(memory)
  return [
    table(
      ['', 'requests a second: bare', 'forwardAuth', 'of bare', 'p99 ms: bare', 'forwardAuth', 'CPU us added'],
      rows,
    ),
    table(
      ['MiB after so many requests', ...counts.map((count) => Number(count).toLocaleString('en'))],
      [['forwardAuth', ...Object.values(memory).map((value) => value.toFixed(1))]],
    ),
  ]
}

/** @returns {readonly import('./bounds.js').Bound[]} */
export function forwardBounds({ alone, behindNginx, memory }) {
  const atLeast = (what, { besideBare: { perSecond } }, limit) => ({
    what,
    must: `at least ${limit} x a bare server`,
    measured: `${perSecond.toFixed(2)} x`,
    met: perSecond >= limit,
  })
  const values = Object.values(memory)
  const later = values.slice(Math.floor(values.length / 2))
  const grown = Math.max(...later) - Math.min(...later)
  return [
    atLeast('forwardAuth, hot token, requests a second', alone, 0.85),
    ...(behindNginx === undefined ? [] : [atLeast('the same behind nginx', behindNginx, 0.9)]),
    {
      what: `memory of forwardAuth after ${Number(Object.keys(memory).at(-1)).toLocaleString('en')} requests`,
      must: 'flat, within 1 MiB',
      measured: `${grown.toFixed(2)} MiB`,
      met: grown <= 1,
    },
  ]
}
