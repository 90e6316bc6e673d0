// @ts-check
// Rotation, outages, slowness.
import { byId, fill, isTicked, make, showField, textsOf } from './document.js'
import { inEachLanguage, say, sayOf } from './language.js'
import { attempt, tell } from './news.js'
import { act } from './server.js'

/** @typedef {import('../view.js').View} View */

const places = /** @type {const} */ ([
  ['', 'weather.all'],
  ['/jwks.json', 'weather.jwks'],
  ['/token/introspection', 'weather.introspection'],
])

/** @param {View} view */
export const showWeather = ({ apps, faults, outage, delay }) => {
  const keys = apps.flatMap((app) => app.keys)
  byId('keys').replaceChildren(
    ...keys.map(({ kid, alg, signs }) =>
      make(
        'li',
        {},
        make('span', { class: 'tag' }, alg),
        make('code', { class: 'kid', title: kid }, kid),
        make('span', { class: signs ? 'tag strong' : 'tag' }, say(signs ? 'weather.signs' : 'weather.published')),
      ),
    ),
  )
  fill(
    byId('rotate-app', HTMLSelectElement),
    apps.map(({ appId, algorithm }) => ({ value: appId, text: `${appId} (${algorithm})` })),
  )
  showField(byId('rotate-form', HTMLFormElement), 'appId', apps.length > 1)
  fill(
    byId('outage-how', HTMLSelectElement),
    faults.map((how) => ({ value: how, text: sayOf('fault', how) })),
  )
  fill(
    byId('outage-path', HTMLSelectElement),
    places.map(([value, name]) => ({ value, text: say(name) })),
  )
  byId('come-up', HTMLButtonElement).disabled = outage === null
  byId('speed-up', HTMLButtonElement).disabled = delay === 0
}

/**
 * A button or form that does something to the pool, and what is told when it is done.
 *
 * @param {string} id
 * @param {() => Promise<string>} work
 */
const on = (id, work) => {
  const node = byId(id)
  node.addEventListener(node instanceof HTMLFormElement ? 'submit' : 'click', (event) => {
    event.preventDefault()
    attempt('weather-fault', async () => tell(await work()))
  })
}

/** A button that is disabled loses the focus: it goes to the one that does the opposite.
 *
 * @param {string} formId
 */
const focusOn = (formId) => {
  const button = byId(formId).querySelector('[type="submit"]')
  if (button instanceof HTMLElement) button.focus()
}

/** @param {() => View | undefined} current */
export const startWeather = (current) => {
  inEachLanguage(() => {
    const view = current()
    if (view) showWeather(view)
  })
  on('rotate-form', async () => {
    const form = byId('rotate-form', HTMLFormElement)
    await act('rotate', { ...textsOf(form), keepOld: isTicked(form, 'keepOld') })
    return say('weather.rotated')
  })
  on('outage-form', async () => {
    await act('down', textsOf(byId('outage-form', HTMLFormElement)))
    return say('weather.isDown')
  })
  on('come-up', async () => {
    await act('up')
    focusOn('outage-form')
    return say('weather.isUp')
  })
  on('slow-form', async () => {
    const seconds = Number(byId('slow-seconds', HTMLInputElement).value)
    await act('slow', { seconds })
    return seconds === 0 ? say('weather.isFast') : say('weather.isSlow', { seconds })
  })
  on('speed-up', async () => {
    await act('slow', { seconds: 0 })
    focusOn('slow-form')
    return say('weather.isFast')
  })
}
