// @ts-check
import { authingErrorHandler, authingGuard, identityOf } from 'authing-guard/express'
import { authingPermissions } from 'authing-guard/permissions'
import express from 'express'

/**
 * @param {{ issuer: string, appId: string }} options
 * @param {{ accessKeyId: string, accessKeySecret: string, host?: string }} key
 */
export function createApp({ issuer, appId }, key) {
  const checkPermission = authingPermissions({ ...key, model: 'acl' })
  const guard = authingGuard({ issuer, appId, checkPermission })
  const app = express()
  app.use(guard)

  app.get('/me', (req, res) => {
    res.json({ userId: identityOf(req).userId })
  })

  const mayDelete = guard.require({ action: 'book:delete', resource: (req) => `book:${req.params['id']}` })
  app.delete('/books/:id', mayDelete, (_req, res) => {
    res.sendStatus(204)
  })

  app.use(authingErrorHandler)
  return app
}
