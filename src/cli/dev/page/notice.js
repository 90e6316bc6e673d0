// @ts-check
// The outcome of a button: shown for a while, and read out by screen readers.
import { byId, make } from './document.js'
import { t } from './language.js'
import { Refused } from './server.js'

const shownFor = 6000
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

/** @param {string} text */
export const notify = (text) => {
  clearTimeout(timer)
  byId('notice').replaceChildren(make('p', {}, text))
  timer = setTimeout(() => byId('notice').replaceChildren(), shownFor)
}

/**
 * Does the work of a button. What the server refuses is shown beside the form.
 *
 * @param {string} faultId
 * @param {() => Promise<void>} work
 */
export const attempt = async (faultId, work) => {
  const fault = byId(faultId)
  fault.textContent = ''
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    fault.textContent = error.message
  }
}

/**
 * Puts a text into the clipboard.
 *
 * @param {string} text
 * @param {string} what
 */
export const copy = async (text, what) => {
  const copied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  )
  notify(copied ? t('copied', { what }) : t('notCopied'))
}

/** Makes every button with `data-copy` copy the element of that id. */
export const startCopying = () => {
  for (const button of document.querySelectorAll('[data-copy]')) {
    const from = byId(button.getAttribute('data-copy') ?? '')
    button.addEventListener('click', () => {
      const title = from.getAttribute('aria-label') ?? byId('minted-title').textContent
      copy(from.textContent ?? '', title ?? '')
    })
  }
}
