// @ts-check
// The live list of the requests to the pool.
import { byId, make } from './document.js'
import { t } from './language.js'
import { attempt, notify } from './notice.js'
import { act } from './server.js'

/** @typedef {import('../view.js').View} View */
/** @typedef {View['requests'][number]} PoolRequest */

/** @param {number} at */
export const clockOf = (at) => {
  const time = new Date(at)
  /** @param {number} part */
  const two = (part) => String(part).padStart(2, '0')
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
}

/** @param {number} status */
export const toneOf = (status) => (status === 0 ? 'unknown' : status < 400 ? 'passed' : 'failed')

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
        status === 0 ? t('requests.pending') : String(status),
      ),
    ),
    make('td', { class: 'path' }, make('code', {}, make('b', {}, method), ` ${path}`)),
    make('td', {}, make('code', {}, authorization)),
  )

let drawn = ''

/** @param {View} view */
export const showRequests = ({ requests }) => {
  const rows = byId('request-rows')
  const now = JSON.stringify([requests, t('requests.pending')])
  if (now === drawn) return
  drawn = now
  rows.replaceChildren(...requests.toReversed().map(rowOf))
  byId('no-requests').hidden = requests.length > 0
  // Screen readers get one sentence for each change instead of the whole table.
  byId('request-notice').textContent =
    requests.length === 0 ? '' : t('requests.notice', { count: requests.at(-1)?.number ?? 0 })
}

export const startRequests = () => {
  byId('clear-requests').addEventListener('click', () =>
    attempt('outages-fault', async () => {
      await act('clear-requests')
      notify(t('requests.cleared'))
    }),
  )
}
