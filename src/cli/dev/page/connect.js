// @ts-check
// What an API needs to trust this pool, and how the pool is.
import { byId, make } from './document.js'
import { say, sayOf } from './language.js'

/** @typedef {import('../view.js').View} View */

/** @param {View} view */
export const showConnection = ({ environment, apps, userPoolId }) => {
  byId('environment').textContent = environment.join('\n')
  byId('shell').textContent = `TOKEN=$(curl -s ${location.origin}/token)`
  const facts = apps.flatMap(({ issuer, appId, jwksUri, algorithm }) => [
    [say('connect.issuer'), issuer],
    [say('connect.appId'), appId],
    [say('connect.algorithm'), algorithm],
    [say('connect.jwks'), jwksUri],
  ])
  const rows = [...facts, [say('connect.pool'), userPoolId]]
  byId('facts').replaceChildren(
    ...rows.map(([name = '', value = '']) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
  )
}

/** @param {View} view */
const healthOf = ({ outage, delay }) => {
  const how = outage === null ? '' : sayOf('fault', outage.how)
  if (outage === null) return delay === 0 ? say('health.up') : say('health.slow', { seconds: delay })
  return delay === 0 ? say('health.down', { how }) : say('health.downAndSlow', { how, seconds: delay })
}

/** @param {View} view */
export const showHealth = (view) => {
  const health = byId('health')
  const text = healthOf(view)
  // Told once for each change, not at each request.
  if (health.textContent !== text) health.textContent = text
  health.dataset['state'] = view.outage !== null ? 'down' : view.delay > 0 ? 'slow' : 'up'
}
