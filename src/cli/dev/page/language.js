// @ts-check
// The language of the page: the one that was chosen here last, else that of `--lang`, else the browser's.

/** @typedef {import('../../language/language.js').Language} Language */
/** @typedef {import('../../language/texts.js').Texts['console']} Texts */
/** @typedef {keyof Texts} TextName */

/**
 * The server has the texts from the tables of the commands.
 *
 * @type {Readonly<Record<Language, Readonly<Record<TextName, string>>>>}
 */
const languages = await (await fetch('/texts.json')).json()
const tags = { en: 'en', zh: 'zh-CN' }
const storageKey = 'authing-guard-language'

/** @type {Set<() => void>} */
const listeners = new Set()

/** @type {Language} */
let current = /^zh\b/i.test(
  localStorage.getItem(storageKey) ||
    document.querySelector('meta[name="console-language"]')?.getAttribute('content') ||
    navigator.language,
)
  ? 'zh'
  : 'en'

export const language = () => current

/**
 * A text in the language of the page, its slots filled.
 *
 * @type {import('../../language/texts.js').Translate<'console'>}
 */
export const t = (name, ...values) => {
  /** @type {Readonly<Record<string, string | number>>} */
  const slots = Object.assign({}, ...values)
  return languages[current][name].replace(/\{(\w+)\}/g, (_, slot) => String(slots[slot]))
}

/**
 * @param {string} name
 * @returns {name is TextName}
 */
const isTextName = (name) => Object.hasOwn(languages.en, name)

/**
 * The text of a name that is put together of a group and a value; undefined if there is none.
 *
 * @param {string} group
 * @param {string} value
 */
export const findText = (group, value) => {
  const name = `${group}.${value}`
  return isTextName(name) ? languages[current][name] : undefined
}

/**
 * The same, or the value itself: for values that the server may have more of than the page has texts.
 *
 * @param {string} group
 * @param {string} value
 */
export const textOrValue = (group, value) => findText(group, value) ?? value

/**
 * Calls back now, and whenever the language changes.
 *
 * @param {() => void} listener
 */
export const inEachLanguage = (listener) => {
  listeners.add(listener)
  listener()
}

/** @param {string | undefined} name */
const textOf = (name = '') => {
  if (isTextName(name)) return languages[current][name]
  throw new Error(`the page has no text '${name}'`)
}

/** Fills in the texts of the document. */
const translate = () => {
  document.documentElement.lang = tags[current]
  for (const node of document.querySelectorAll('[data-text]')) {
    if (node instanceof HTMLElement) node.textContent = textOf(node.dataset['text'])
  }
  for (const node of document.querySelectorAll('[data-label]')) {
    if (node instanceof HTMLElement) node.setAttribute('aria-label', textOf(node.dataset['label']))
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
      localStorage.setItem(storageKey, current)
      for (const listener of listeners) listener()
    })
  }
}
