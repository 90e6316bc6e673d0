// @ts-check
// The live list of what has reached the pool.
import { byId, make } from './document.js'
import { say } from './language.js'
import { attempt, tell } from './news.js'
import { act } from './server.js'

/** @typedef {import('../view.js').View} View */
/** @typedef {View['requests'][number]} PoolRequest */

/** @param {number} at */
const clockOf = (at) => {
  const time = new Date(at)
  /** @param {number} part */
  const two = (part) => String(part).padStart(2, '0')
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
}

/** @param {number} status */
const toneOf = (status) => (status === 0 ? 'unknown' : status < 400 ? 'passed' : 'failed')

/** @param {PoolRequest} request */
const rowOf = ({ method, path, status, at, authorization = '' }) =>
  make(
    'tr',
    {},
    make('td', {}, make('time', { datetime: new Date(at).toISOString() }, clockOf(at))),
    make(
      'td',
      {},
      make(
        'span',
        { class: 'status', 'data-state': toneOf(status) },
        status === 0 ? say('requests.pending') : String(status),
      ),
    ),
    make('td', { class: 'path' }, make('code', {}, make('b', {}, method), ` ${path}`)),
    make('td', {}, make('code', {}, authorization)),
  )

let drawn = ''

/** @param {View} view */
export const showRequests = ({ requests }) => {
  const rows = byId('request-rows')
  const now = JSON.stringify([requests, say('requests.pending')])
  if (now === drawn) return
  drawn = now
  rows.replaceChildren(...requests.toReversed().map(rowOf))
  byId('no-requests').hidden = requests.length > 0
  // One sentence for each change, rather than a table read out again and again.
  byId('request-news').textContent =
    requests.length === 0 ? '' : say('requests.news', { count: requests.at(-1)?.number ?? 0 })
}

export const startRequests = () => {
  byId('clear-requests').addEventListener('click', () =>
    attempt('weather-fault', async () => {
      await act('clear-requests')
      tell(say('requests.cleared'))
    }),
  )
}
