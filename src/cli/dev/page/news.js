// @ts-check
// What came of a button: told to everybody, screen readers included, and gone after a while.
import { byId, make } from './document.js'
import { say } from './language.js'
import { Refused } from './server.js'

const stay = 6000
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

/** @param {string} text */
export const tell = (text) => {
  clearTimeout(timer)
  byId('news').replaceChildren(make('p', {}, text))
  timer = setTimeout(() => byId('news').replaceChildren(), stay)
}

/**
 * Does what a button is for. What the server says no to stays beside the form.
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
  tell(copied ? say('copied', { what }) : say('notCopied'))
}

/** Every button with `data-copy` copies the element of that id. */
export const startCopying = () => {
  for (const button of document.querySelectorAll('[data-copy]')) {
    const from = byId(button.getAttribute('data-copy') ?? '')
    button.addEventListener('click', () => {
      const title = from.getAttribute('aria-label') ?? byId('minted-title').textContent
      copy(from.textContent ?? '', title ?? '')
    })
  }
}
