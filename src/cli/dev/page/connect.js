// @ts-check
// What an API needs to trust this pool, and the health of the pool.
import { byId, make } from './document.js'
import { t, textOrValue } from './language.js'

/** @typedef {import('../view.js').View} View */

/** @param {View} view */
export const showConnection = ({ environment, secrets, apps, userPoolId }) => {
  byId('environment').textContent = environment.join('\n')
  byId('secrets').textContent = secrets.join('\n')
  byId('shell').textContent = `TOKEN=$(curl -s ${location.origin}/token)`
  const facts = apps.flatMap(({ issuer, appId, jwksUri, algorithm }) => [
    [t('connect.issuer'), issuer],
    [t('connect.appId'), appId],
    [t('connect.algorithm'), algorithm],
    [t('connect.jwks'), jwksUri],
  ])
  const rows = [...facts, [t('connect.pool'), userPoolId]]
  byId('facts').replaceChildren(
    ...rows.map(([name = '', value = '']) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
  )
}

/** @param {View} view */
const healthOf = ({ outage, delay }) => {
  const fault = outage === null ? '' : textOrValue('fault', outage.fault)
  if (outage === null) return delay === 0 ? t('health.up') : t('health.slow', { seconds: delay })
  return delay === 0 ? t('health.down', { fault }) : t('health.downAndSlow', { fault, seconds: delay })
}

/** @param {View} view */
export const showHealth = (view) => {
  const health = byId('health')
  const text = healthOf(view)
  // Read out once for each change, not at each request.
  if (health.textContent !== text) health.textContent = text
  health.dataset['state'] = view.outage !== null ? 'down' : view.delay > 0 ? 'slow' : 'up'
}
