// @ts-check
// Explains a token check by check, as a guard of this pool verifies it.
import { byId, isTicked, make } from './document.js'
import { language, t } from './language.js'
import { attempt, notify } from './notice.js'
import { act, Refused } from './server.js'

/** @typedef {import('../../explain/explain.js').Check} Check */
/** @typedef {import('../../explain/explain.js').Explanation} Explanation */

const form = byId('inspect-form', HTMLFormElement)
const field = byId('inspect-token', HTMLTextAreaElement)

const marks = { passed: '✓', failed: '✕', unknown: '–' }

/** @param {Check} check */
const rowOf = ({ state, title, expected, found }) => {
  const facts = /** @type {const} */ ([
    ['expected', expected],
    ['found', found],
  ])
  const shown = facts.flatMap(([name, text]) =>
    text === undefined ? [] : [make('div', {}, make('dt', {}, t(name)), make('dd', {}, text))],
  )
  return make(
    'li',
    { 'data-state': state },
    make('span', { class: 'mark', 'aria-hidden': 'true' }, marks[state]),
    make(
      'div',
      {},
      make('p', {}, make('span', { class: 'state' }, t(state)), ' ', title),
      ...(shown.length > 0 ? [make('dl', { class: 'facts small' }, ...shown)] : []),
    ),
  )
}

const times = /^ {2}"(?:exp|iat|nbf|auth_time)": (\d{1,11}),?$/

/** The lines of a JSON text, with the date beside a time. @param {string} text */
const dated = (text) =>
  text.split('\n').flatMap((line, at) => {
    const start = at === 0 ? line : `\n${line}`
    const [, seconds] = times.exec(line) ?? []
    if (seconds === undefined) return [start]
    const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ')
    return [start, make('span', { class: 'when' }, `  ${date} UTC`)]
  })

/** @param {readonly Check[]} checks */
const listed = (checks) => make('ul', { class: 'checks' }, ...checks.map(rowOf))

/** The checks that did not pass; those that did are folded. @param {readonly Check[]} checks */
const folded = (checks) => {
  const passed = checks.filter(({ state }) => state === 'passed')
  const others = checks.filter(({ state }) => state !== 'passed')
  const summary = make('summary', {}, t('inspect.passedChecks', { count: passed.length }))
  return [
    ...(passed.length > 0 ? [make('details', {}, summary, listed(passed))] : []),
    ...(others.length > 0 ? [listed(others)] : []),
  ]
}

/**
 * @param {'inspect.header' | 'inspect.claims'} name
 * @param {unknown} value
 */
const decoded = (name, value) =>
  value === undefined
    ? []
    : [
        make('h3', {}, t(name)),
        make(
          'pre',
          { class: 'json', tabindex: '0', role: 'group', 'aria-label': t(name) },
          ...dated(JSON.stringify(value, null, 2)),
        ),
      ]

/**
 * @param {'why' | 'fix'} name
 * @param {string | undefined} text
 */
const paragraph = (name, text) =>
  text === undefined ? [] : [make('div', {}, make('dt', {}, t(name)), make('dd', {}, text))]

/** @param {Explanation} explanation */
const showExplanation = ({ accepted, reason = '', checks, header, claims, cause, fix }) => {
  const verdict = accepted ? t('accepted') : `${t('refused')} (${reason})`
  const place = byId('explanation')
  const advice = [...paragraph('why', cause), ...paragraph('fix', fix)]
  place.replaceChildren(
    make(
      'p',
      { class: 'verdict', 'data-state': accepted ? 'passed' : 'failed' },
      make('span', { class: 'mark', 'aria-hidden': 'true' }, accepted ? marks.passed : marks.failed),
      make('span', {}, verdict),
    ),
    ...(advice.length > 0 ? [make('dl', { class: 'advice' }, ...advice)] : []),
    make('h3', {}, t('inspect.checks')),
    ...folded(checks),
    ...decoded('inspect.header', header),
    ...decoded('inspect.claims', claims),
  )
  place.hidden = false
  notify(verdict)
}

const token = () => {
  const text = field.value.trim()
  if (text === '') throw new Refused(t('error.token'))
  return text
}

const inspect = () =>
  attempt('inspect-fault', async () => {
    const options = Object.fromEntries(['machines', 'legacy', 'reveal'].map((name) => [name, isTicked(form, name)]))
    const explanation = await act('explain', { token: token(), language: language(), ...options })
    showExplanation(/** @type {Explanation} */ (/** @type {unknown} */ (explanation)))
  })

/**
 * Explains a token, and moves the focus there.
 *
 * @param {string} text
 */
export const inspectToken = async (text) => {
  field.value = text
  await inspect()
  byId('inspect').scrollIntoView()
  byId('explanation').focus({ preventScroll: true })
}

export const startInspect = () => {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    inspect()
  })
  byId('revoke-inspected').addEventListener('click', () =>
    attempt('inspect-fault', async () => {
      await act('revoke', { token: token() })
      notify(t('revoked'))
    }),
  )
}

/** Asks for the explanation again, since its texts are in the language of the request. */
export const inspectAgain = () => {
  if (!byId('explanation').hidden) inspect()
}
