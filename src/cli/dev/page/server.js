// @ts-check
// Requests to the server of the console. No other page can read the key in the document.
import { findText, t } from './language.js'

/** @typedef {import('../view.js').View} View */

const key = document.querySelector('meta[name="console-key"]')?.getAttribute('content') ?? ''

/** What the server refused, in the language of the page if it has a text for it. */
export class Refused extends Error {}

/**
 * Runs an action at the server. Throws `Refused`.
 *
 * @param {string} action
 * @param {object} given
 * @returns {Promise<Readonly<Record<string, unknown>>>}
 */
export const act = async (action, given = {}) => {
  const response = await fetch(`/api/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-console-key': key },
    body: JSON.stringify(given),
  }).catch(() => {
    throw new Refused(t('error.gone'))
  })
  const { done, invalid, error } = await response.json()
  if (done) return done
  throw new Refused(invalid ?? textFor(error))
}

/** @param {string} error */
const textFor = (error) => findText('error', error) ?? findText('lost', error) ?? t('error.unknown', { error })

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))

/**
 * @param {number} version
 * @returns {Promise<View | 'gone' | 'other_run'>}
 */
const after = async (version) => {
  try {
    const response = await fetch(`/api/state?after=${version}`, { headers: { 'x-console-key': key } })
    // Another run has another key, and nothing on this page is true of it.
    return response.ok ? await response.json() : 'other_run'
  } catch {
    return 'gone'
  }
}

/**
 * Shows the state, and again after each change, as long as the page is open.
 *
 * @param {(view: View) => void} show
 * @param {(why: 'gone' | 'other_run') => void} lost
 */
export const watch = async (show, lost) => {
  let version = 0
  for (;;) {
    const view = await after(version)
    if (typeof view === 'string') lost(view)
    else {
      version = view.version
      show(view)
    }
    if (view === 'other_run') return
    // Many requests are drawn a few times a second.
    await pause(view === 'gone' ? 1000 : 100)
  }
}
