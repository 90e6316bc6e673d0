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

  // The SDK swaps the two arguments, so they are swapped here. It can only name one fixed book.
  app.delete('/books/1', checkPermission(authing, 'book:delete', 'book:1', {}), (_req, res) => {
    res.sendStatus(204)
  })
  return app
}
