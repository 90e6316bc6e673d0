import { median, quantile } from '../lib/stats.js'
import { table } from '../report/table.js'
import { alone } from './compete.js'

/** How much of the old build's time the new one may take. */
const limitOf = (workload) => (workload === alone ? 0.8 : 1.05)

/** What two builds take, in Markdown. @param {Record<string, Record<string, readonly number[]>>} results by workload */
export function resultsOf(results) {
  const rows = Object.entries(results).map(([workload, { old, new: fresh, empty }]) => {
    // What both take beside an empty middleware, where that is what is asked.
    const floor = workload === alone ? median(empty) : 0
    const ratios = fresh.map((time, at) => time / old[at])
    const ratio = floor === 0 ? median(ratios) : (median(fresh) - floor) / (median(old) - floor)
    const spread = floor === 0 ? `${quantile(ratios, 0.25).toFixed(3)} to ${quantile(ratios, 0.75).toFixed(3)}` : ''
    const limit = limitOf(workload)
    return [
      workload,
      empty === undefined ? '' : median(empty).toFixed(2),
      ...[old, fresh].map((times) => (median(times) - floor).toFixed(2)),
      `${ratio.toFixed(3)} x`,
      spread,
      `at most ${limit} x`,
      ratio <= limit ? 'met' : '**missed**',
    ]
  })
  const head = ['us a call', 'empty', 'old', 'new', 'new of old', 'middle half', 'must', '']
  return table(head, rows)
}
