// @ts-check
// The page's language: English or Chinese, as chosen here last, else as the command was started.
import { english } from './words-en.js'
import { chinese } from './words-zh.js'

/** @typedef {'en' | 'zh'} Language */
/** @typedef {keyof typeof english} Phrase */

const tables = { en: english, zh: chinese }
const tags = { en: 'en', zh: 'zh-CN' }
const slot = 'authing-guard-language'

/** @type {Set<() => void>} */
const listeners = new Set()

/** @type {Language} */
let current = (localStorage.getItem(slot) ?? document.documentElement.lang) === 'zh' ? 'zh' : 'en'

export const language = () => current

/**
 * The phrase in the page's language, its slots filled.
 *
 * @param {Phrase} name
 * @param {Readonly<Record<string, string | number>>} [slots]
 */
export const say = (name, slots = {}) => tables[current][name].replace(/\{(\w+)\}/g, (_, key) => String(slots[key]))

/**
 * The phrase of a name that was put together, or the name itself where there is no such phrase.
 *
 * @param {string} group
 * @param {string} name
 */
export const sayOf = (group, name) => (isPhrase(`${group}.${name}`) ? say(phrase(`${group}.${name}`)) : name)

/**
 * @param {string} name
 * @returns {name is Phrase}
 */
export const isPhrase = (name) => Object.hasOwn(english, name)

/**
 * @param {string | undefined} name
 * @returns {Phrase}
 */
const phrase = (name = '') => {
  if (isPhrase(name)) return name
  throw new Error(`the page has no phrase '${name}'`)
}

/** Calls back now, and whenever the language changes.
 *
 * @param {() => void} listener
 */
export const inEachLanguage = (listener) => {
  listeners.add(listener)
  listener()
}

/** Fills in all that the document says by itself. */
const translate = () => {
  document.documentElement.lang = tags[current]
  for (const node of document.querySelectorAll('[data-text]')) {
    if (node instanceof HTMLElement) node.textContent = say(phrase(node.dataset['text']))
  }
  for (const node of document.querySelectorAll('[data-label]')) {
    if (node instanceof HTMLElement) node.setAttribute('aria-label', say(phrase(node.dataset['label'])))
  }
  for (const button of document.querySelectorAll('[data-language]')) {
    if (button instanceof HTMLElement) {
      button.setAttribute('aria-pressed', String(button.dataset['language'] === current))
    }
  }
}

export const startLanguages = () => {
  inEachLanguage(translate)
  for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => {
      current = button.getAttribute('data-language') === 'zh' ? 'zh' : 'en'
      localStorage.setItem(slot, current)
      for (const listener of listeners) listener()
    })
  }
}
