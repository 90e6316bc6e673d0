import { table } from './table.js'

export function webhookTable({ perSecond, events, statuses, cpuUs, medianMs, p99Ms, records, bytesPerUser }) {
  const answered = Object.entries(statuses).map(([what, count]) => `${count} x ${what}`)
  return [
    table(
      [`${perSecond} requests and ${perSecond} events a second`, 'requests alone', 'beside the events'],
      [
        ['CPU of a hot request, us', cpuUs.calm, `${cpuUs.beside} (${cpuUs.ratio} x)`],
        ['its median, ms', medianMs.calm, `${medianMs.beside} (${medianMs.ratio} x)`],
        ['its p99, ms', p99Ms.calm, p99Ms.beside],
      ],
    ),
    table(
      ['the events', ''],
      [
        ['CPU of an event, HTTP included, us', cpuUs.event],
        ['answers', answered.join(', ')],
        ['events, and records in the store for them', `${events}, ${records}`],
        ['memory for a revoked user, the store included, bytes', bytesPerUser],
      ],
    ),
  ]
}

/** @returns {readonly import('./bounds.js').Bound[]} */
export function webhookBounds({ perSecond, cpuUs, medianMs }) {
  const what = `${perSecond} webhook events a second`
  return [
    { what, must: 'CPU of a hot request at most 1.2 x', measured: `${cpuUs.ratio} x`, met: cpuUs.ratio <= 1.2 },
    {
      what,
      must: 'median of a hot request at most 1.2 x',
      measured: `${medianMs.ratio} x`,
      met: medianMs.ratio <= 1.2,
    },
  ]
}
