// @ts-check
// Calls the developer's API with a token, and shows its answer.
import { byId, make } from './document.js'
import { findText, t } from './language.js'
import { attempt, notify } from './notice.js'
import { toneOf } from './requests.js'
import { act, Refused } from './server.js'

/** @typedef {import('../call.js').Reply} Reply */

/**
 * @param {'mint.headers' | 'mint.body'} name
 * @param {string} text
 */
const block = (name, text) => [
  make('h4', {}, t(name)),
  make('pre', { class: 'json', tabindex: '0', role: 'group', 'aria-label': t(name) }, text),
]

/** JSON with an indent; any other text as it is. @param {string} text */
const indented = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/**
 * Sends the token to the address in the form. The console's server does it: no page may read the answer of another origin.
 *
 * @param {string} token
 */
export const send = (token) =>
  attempt('send-fault', async () => {
    const place = byId('reply')
    place.hidden = true
    const url = byId('api-url', HTMLInputElement).value.trim()
    const method = byId('api-method', HTMLSelectElement).value
    const reply = /** @type {Reply} */ (/** @type {unknown} */ (await act('call', { url, token, method })))
    if ('problem' in reply) throw new Refused(findText('call', reply.problem) ?? reply.problem)
    const { status, statusText, headers, body, isCut, ms } = reply
    const line = t('mint.status', { status: `${status} ${statusText}`.trim(), ms })
    place.replaceChildren(
      make('h3', {}, t('mint.reply')),
      make('p', { class: 'status', 'data-state': toneOf(status) }, line),
      ...block('mint.headers', headers.map(([name, value]) => `${name}: ${value}`).join('\n')),
      ...(body === '' ? [make('p', { class: 'hint' }, t('mint.noBody'))] : block('mint.body', indented(body))),
      ...(isCut ? [make('p', { class: 'hint' }, t('mint.isCut'))] : []),
    )
    place.hidden = false
    place.scrollIntoView({ block: 'nearest' })
    notify(line)
  })
