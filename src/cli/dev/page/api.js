// @ts-check
// The live list of the requests to the developer's API, each refusal with what to do about it.
import { byId, make } from './document.js'
import { findText, t } from './language.js'
import { attempt, notify } from './notice.js'
import { clockOf, toneOf } from './requests.js'
import { act } from './server.js'

/** @typedef {import('../view.js').View} View */
/** @typedef {View['apiRequests'][number]} ApiRequest */

/** @param {ApiRequest} request */
const outcomeOf = ({ outcome, reason = '' }) => {
  if (outcome === 'refused') return reason
  return outcome === 'would_refuse' ? t('outcome.would_refuse', { reason }) : t(`outcome.${outcome}`)
}

/**
 * A text with its `code`.
 *
 * @param {string} text
 */
const prose = (text) => text.split('`').map((part, at) => (at % 2 === 0 ? part : make('code', {}, part)))

/** @param {ApiRequest} request */
const lineOf = (request) => {
  const { at, method, status, ms } = request
  return [
    make('time', { datetime: new Date(at).toISOString() }, clockOf(at)),
    make('b', {}, method),
    make('span', { class: 'status', 'data-state': toneOf(status) }, String(status)),
    make('span', {}, `${outcomeOf(request)}, ${t('api.ms', { ms })}`),
  ].flatMap((part, at) => (at === 0 ? [part] : [' ', part]))
}

/** @param {ApiRequest} request */
const rowOf = (request) => {
  const { number, reason, detail = '' } = request
  const attributes = { 'data-number': String(number) }
  if (reason === undefined) return make('li', attributes, make('p', {}, ...lineOf(request)))
  const advice = findText('refusal', reason)
  const facts = make(
    'dl',
    { class: 'advice' },
    make('div', {}, make('dt', {}, t('why')), make('dd', {}, detail)),
    ...(advice === undefined ? [] : [make('div', {}, make('dt', {}, t('fix')), make('dd', {}, ...prose(advice)))]),
  )
  return make('li', attributes, make('details', {}, make('summary', {}, ...lineOf(request)), facts))
}

let drawnIn = ''

/**
 * New rows come on top of those that are there: what is open stays open, and the focus stays.
 *
 * @param {View} view
 */
export const showApi = ({ apiRequests }) => {
  const rows = byId('api-rows')
  if (drawnIn !== t('api.title')) rows.replaceChildren()
  drawnIn = t('api.title')
  const numbers = new Set(apiRequests.map(({ number }) => String(number)))
  for (const row of [...rows.children]) if (!numbers.has(row.getAttribute('data-number') ?? '')) row.remove()
  const newest = Number(rows.firstElementChild?.getAttribute('data-number') ?? 0)
  const added = apiRequests.filter(({ number }) => number > newest)
  rows.prepend(...added.toReversed().map(rowOf))
  byId('no-api').hidden = apiRequests.length > 0
  // Screen readers get one sentence for each change instead of the whole list.
  const notice = apiRequests.length === 0 ? '' : t('api.notice', { count: apiRequests.at(-1)?.number ?? 0 })
  if (byId('api-notice').textContent !== notice) byId('api-notice').textContent = notice
}

export const startApi = () => {
  byId('clear-api').addEventListener('click', () =>
    attempt('api-fault', async () => {
      await act('clear-api-log')
      notify(t('requests.cleared'))
    }),
  )
}
