// @ts-check
// The page: connects its parts, and draws the state that the server reports.
import { showApi, startApi } from './api.js'
import { showConnection, showHealth } from './connect.js'
import { byId } from './document.js'
import { showGrants, startGrants } from './grants.js'
import { inspectAgain, startInspect } from './inspect.js'
import { inEachLanguage, startLanguages, t } from './language.js'
import { showMint, startMint } from './mint.js'
import { startCopying } from './notice.js'
import { showOutages, startOutages } from './outages.js'
import { showRequests, startRequests } from './requests.js'
import { watch } from './server.js'
import { showUsers, startUsers } from './users.js'

/** @typedef {import('../view.js').View} View */

/** @type {View | undefined} */
let latest
/** @type {'gone' | 'other_run' | undefined} */
let lost

const current = () => latest

const parts = [showConnection, showHealth, showMint, showOutages, showApi, showRequests, showUsers, showGrants]

const show = () => {
  const note = byId('lost')
  const text = lost === undefined ? '' : t(`lost.${lost}`)
  if (note.textContent !== text) note.textContent = text
  note.hidden = lost === undefined
  if (latest) for (const part of parts) part(latest)
  if (lost === undefined) return
  byId('health').textContent = t('health.lost')
  byId('health').dataset['state'] = 'down'
}

startLanguages()
startCopying()
startMint(current)
startInspect()
startOutages(current)
startApi()
startRequests()
startUsers(current)
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
