// @ts-check
// Guards the API by a user pool on this machine, which tells it by a webhook when a user is blocked.
import { authingGuard } from 'authing-guard/express'
import { createUserPool } from 'authing-guard/testing'
import { authingWebhook } from 'authing-guard/webhooks'
import { createApp } from '../express.js'
import { blockable } from './tokens.js'

/**
 * @param {import('express').Express} app
 * @param {string} url where it listens
 */
export async function guardByPool(app, url) {
  const secret = 'the request secret of the webhook'
  const pool = await createUserPool({
    users: [{ id: 'ratty', nickname: 'Ratty' }, { id: blockable }],
    webhook: { url: `${url}/authing-webhook`, secret },
  })
  const accessKeys = pool.accessKeys.map(({ accessKeyId }) => accessKeyId)
  const guard = authingGuard({ ...pool.guardOptions, accessKeys })
  // One process is all there is here; a real API has a shared store.
  app.post('/authing-webhook', authingWebhook(guard, { secret, userPoolId: pool.userPoolId, singleProcess: true }))
  // authingGuard takes a guard as well as options.
  app.use(createApp(/** @type {import('authing-guard').GuardOptions} */ (/** @type {unknown} */ (guard))))
  return pool
}
