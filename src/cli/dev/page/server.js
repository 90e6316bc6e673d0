// @ts-check
// The console's server, as the page knows it. The key in the document is what a page elsewhere cannot have.
import { isPhrase, say } from './language.js'

/** @typedef {import('../view.js').View} View */

const key = document.querySelector('meta[name="console-key"]')?.getAttribute('content') ?? ''

/** What the server said no to, in the page's language where it has words for it. */
export class Refused extends Error {}

/**
 * Does something at the server. Throws `Refused`.
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
    throw new Refused(say('error.gone'))
  })
  const { done, mistake, error } = await response.json()
  if (done) return done
  throw new Refused(mistake ?? wordsFor(error))
}

/** @param {string} error */
const wordsFor = (error) => {
  for (const name of [`error.${error}`, `lost.${error}`]) if (isPhrase(name)) return say(name)
  return say('error.unknown', { error })
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))

/**
 * @param {number} version
 * @returns {Promise<View | 'gone' | 'other_run'>}
 */
const after = async (version) => {
  try {
    const response = await fetch(`/api/state?after=${version}`, { headers: { 'x-console-key': key } })
    // Another run has another key: nothing that this page knows holds there.
    return response.ok ? await response.json() : 'other_run'
  } catch {
    return 'gone'
  }
}

/**
 * Shows what there is, and again after each change, for as long as the page lives.
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
    // A flood of requests is drawn a few times a second.
    await pause(view === 'gone' ? 1000 : 100)
  }
}
