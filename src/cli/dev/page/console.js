// @ts-check
// The page: wires its parts together, and draws whatever the server says there is.
import { showConnection, showHealth } from './connect.js'
import { byId } from './document.js'
import { showGrants, startGrants } from './grants.js'
import { inspectAgain, startInspect } from './inspect.js'
import { inEachLanguage, say, startLanguages } from './language.js'
import { showMint, startMint } from './mint.js'
import { startCopying } from './news.js'
import { showWeather, startWeather } from './outages.js'
import { showRequests, startRequests } from './requests.js'
import { watch } from './server.js'
import { showPeople, startPeople } from './users.js'

/** @typedef {import('../view.js').View} View */

/** @type {View | undefined} */
let latest
/** @type {'gone' | 'other_run' | undefined} */
let lost

const current = () => latest

const parts = [showConnection, showHealth, showMint, showWeather, showRequests, showPeople, showGrants]

const show = () => {
  const note = byId('lost')
  const text = lost === undefined ? '' : say(`lost.${lost}`)
  if (note.textContent !== text) note.textContent = text
  note.hidden = lost === undefined
  if (latest) for (const part of parts) part(latest)
  if (lost === undefined) return
  byId('health').textContent = say('health.lost')
  byId('health').dataset['state'] = 'down'
}

startLanguages()
startCopying()
startMint(current)
startInspect()
startWeather(current)
startRequests()
startPeople(current)
startGrants(current)
inEachLanguage(show)
inEachLanguage(inspectAgain)

watch(
  (view) => {
    latest = view
    lost = undefined
    show()
  },
  (why) => {
    lost = why
    show()
  },
)
