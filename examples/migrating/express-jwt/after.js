// @ts-check
import { authingErrorHandler, authingGuard, identityOf } from 'authing-guard/express'
import express from 'express'

/** @param {{ issuer: string, appId: string }} options */
export function createApp({ issuer, appId }) {
  const guard = authingGuard({ issuer, appId })
  const app = express()
  app.use(guard)

  app.get('/me', (req, res) => {
    res.json({ userId: identityOf(req).userId })
  })

  app.get('/books', guard.require({ scope: 'book:read' }), (_req, res) => {
    res.json(['The Wind in the Willows'])
  })

  app.use(authingErrorHandler)
  return app
}
