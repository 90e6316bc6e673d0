// @ts-check
import { ManagementClient } from 'authing-js-sdk'
import { checkPermission, loginRequired } from 'authing-js-sdk/build/main/lib/platform/express/index.js'
import express from 'express'

/** @param {{ userPoolId: string, secret: string, host: string }} options */
export function createApp({ userPoolId, secret, host }) {
  const authing = new ManagementClient({ userPoolId, secret, host })
  const app = express()
  app.use(loginRequired(authing, {}))

  app.get('/me', (req, res) => {
    res.json({ userId: Reflect.get(req, 'user').id })
  })

  // It asks about its two arguments the other way round, so they stand so here; and it knows one book only.
  app.delete('/books/1', checkPermission(authing, 'book:delete', 'book:1', {}), (_req, res) => {
    res.sendStatus(204)
  })
  return app
}
