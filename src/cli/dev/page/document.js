// @ts-check
// Helpers for the DOM. Text is set as text only, never as HTML.
/** @typedef {Node | string} Child */

/**
 * The element with an id, checked to be of a class.
 *
 * @template {typeof HTMLElement} T
 * @param {string} id
 * @param {T} [type]
 * @returns {InstanceType<T>}
 */
export const byId = (id, type) => {
  const found = document.getElementById(id)
  if (found instanceof (type ?? HTMLElement)) return /** @type {InstanceType<T>} */ (found)
  throw new Error(`the page has no #${id}`)
}

/**
 * A new element. Attributes that are undefined are left out.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {Readonly<Record<string, string | undefined>>} attributes
 * @param {readonly Child[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export const make = (name, attributes = {}, ...children) => {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(key, value)
  node.append(...children)
  return node
}

/**
 * A button in a row, with a label for screen readers that says which row it is of.
 *
 * @param {string} text
 * @param {string} label
 * @param {() => void} act
 */
export const rowButton = (text, label, act) => {
  const button = make('button', { type: 'button', class: 'quiet', 'aria-label': label, title: label }, text)
  button.addEventListener('click', act)
  return button
}

/**
 * Replaces the rows. The focus stays on the element with the same label, or goes to the heading if there is none any
 * more.
 *
 * @param {string} rowsId
 * @param {string} headingId
 * @param {readonly Node[]} rows
 */
export const redraw = (rowsId, headingId, rows) => {
  const place = byId(rowsId)
  const { activeElement } = document
  const name = place.contains(activeElement) ? activeElement?.getAttribute('aria-label') : undefined
  place.replaceChildren(...rows)
  if (name === undefined) return
  const same = [...place.querySelectorAll('[aria-label]')].find((node) => node.getAttribute('aria-label') === name)
  if (same instanceof HTMLElement) same.focus()
  else byId(headingId).focus()
}

/** @typedef {{ readonly value: string, readonly text: string, readonly group?: string }} Choice */

/**
 * Fills a select, and keeps the chosen value if it is still there.
 *
 * @param {HTMLSelectElement} select
 * @param {readonly Choice[]} choices
 */
export const fill = (select, choices) => {
  const before = JSON.stringify(choices)
  if (select.dataset['choices'] === before) return
  const { value } = select
  select.dataset['choices'] = before
  /** @type {Map<string, HTMLOptGroupElement>} */
  const groups = new Map()
  const nodes = choices.flatMap(({ value, text, group }) => {
    const option = make('option', { value }, text)
    if (group === undefined) return [option]
    const known = groups.get(group)
    const into = known ?? make('optgroup', { label: group })
    into.append(option)
    groups.set(group, into)
    return known ? [] : [into]
  })
  select.replaceChildren(...nodes)
  if (choices.some((choice) => choice.value === value)) select.value = value
}

/**
 * Shows or hides the field with a name in a form. A hidden field is not sent.
 *
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {boolean} shown
 */
export const showField = (form, name, shown) => {
  const field = form.querySelector(`[data-field="${name}"]`)
  if (field instanceof HTMLElement) field.hidden = !shown
}

/**
 * The values of a form: trimmed texts by name, without blank and hidden ones.
 *
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>}
 */
export const textsOf = (form) => {
  /** @type {Record<string, string>} */
  const texts = {}
  for (const node of form.elements) {
    const isField =
      node instanceof HTMLInputElement || node instanceof HTMLSelectElement || node instanceof HTMLTextAreaElement
    if (!isField || node.type === 'checkbox' || node.closest('[hidden]')) continue
    const text = node.value.trim()
    if (node.name !== '' && text !== '') texts[node.name] = text
  }
  return texts
}

/**
 * Whether a checkbox of the form is ticked.
 *
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export const isTicked = (form, name) => {
  const box = form.elements.namedItem(name)
  return box instanceof HTMLInputElement && box.checked
}
