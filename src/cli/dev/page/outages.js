// @ts-check
// Key rotation, outages and slow answers.
import { byId, fill, isTicked, make, showField, textsOf } from './document.js'
import { inEachLanguage, t, textOrValue } from './language.js'
import { attempt, notify } from './notice.js'
import { act } from './server.js'

/** @typedef {import('../view.js').View} View */

const places = /** @type {const} */ ([
  ['', 'outages.all'],
  ['/jwks.json', 'outages.jwks'],
  ['/token/introspection', 'outages.introspection'],
])

/** @param {View} view */
export const showOutages = ({ apps, faults, outage, delay }) => {
  const keys = apps.flatMap((app) => app.keys)
  byId('keys').replaceChildren(
    ...keys.map(({ kid, alg, signs }) =>
      make(
        'li',
        {},
        make('span', { class: 'tag' }, alg),
        make('code', { class: 'kid', title: kid }, kid),
        make('span', { class: signs ? 'tag strong' : 'tag' }, t(signs ? 'outages.signs' : 'outages.published')),
      ),
    ),
  )
  fill(
    byId('rotate-app', HTMLSelectElement),
    apps.map(({ appId, algorithm }) => ({ value: appId, text: `${appId} (${algorithm})` })),
  )
  showField(byId('rotate-form', HTMLFormElement), 'appId', apps.length > 1)
  fill(
    byId('outage-fault', HTMLSelectElement),
    faults.map((fault) => ({ value: fault, text: textOrValue('fault', fault) })),
  )
  fill(
    byId('outage-path', HTMLSelectElement),
    places.map(([value, name]) => ({ value, text: t(name) })),
  )
  byId('come-up', HTMLButtonElement).disabled = outage === null
  byId('speed-up', HTMLButtonElement).disabled = delay === 0
}

/**
 * Makes a button or form run an action; its result is the notice to show.
 *
 * @param {string} id
 * @param {() => Promise<string>} work
 */
const on = (id, work) => {
  const node = byId(id)
  node.addEventListener(node instanceof HTMLFormElement ? 'submit' : 'click', (event) => {
    event.preventDefault()
    attempt('outages-fault', async () => notify(await work()))
  })
}

/**
 * A disabled button loses the focus: it goes to the button that does the opposite.
 *
 * @param {string} formId
 */
const focusOn = (formId) => {
  const button = byId(formId).querySelector('[type="submit"]')
  if (button instanceof HTMLElement) button.focus()
}

/** @param {() => View | undefined} current */
export const startOutages = (current) => {
  inEachLanguage(() => {
    const view = current()
    if (view) showOutages(view)
  })
  on('rotate-form', async () => {
    const form = byId('rotate-form', HTMLFormElement)
    await act('rotate', { ...textsOf(form), keepOld: isTicked(form, 'keepOld') })
    return t('outages.rotated')
  })
  on('outage-form', async () => {
    await act('down', textsOf(byId('outage-form', HTMLFormElement)))
    return t('outages.isDown')
  })
  on('come-up', async () => {
    await act('up')
    focusOn('outage-form')
    return t('outages.isUp')
  })
  on('slow-form', async () => {
    const seconds = Number(byId('slow-seconds', HTMLInputElement).value)
    await act('slow', { seconds })
    return seconds === 0 ? t('outages.isFast') : t('outages.isSlow', { seconds })
  })
  on('speed-up', async () => {
    await act('slow', { seconds: 0 })
    focusOn('slow-form')
    return t('outages.isFast')
  })
}
