// @ts-check
// An Express API where every route needs a valid token, and one also needs a scope.
import { authingErrorHandler, authingGuard, identityOf } from 'authing-guard/express'
import express from 'express'

/**
 * The app, from the guard's options: yours come from the environment, a test's from a local user pool.
 *
 * @param {import('authing-guard/express').GuardOptions} options
 */
export function createApp(options) {
  const guard = authingGuard(options)
  const app = express()
  app.use(guard)
  app.get('/me', (req, res) => {
    res.json(identityOf(req))
  })
  app.get('/books', guard.require({ scope: 'book:read' }), (_req, res) => {
    res.json(['The Wind in the Willows'])
  })
  // Answers refusals in JSON; without it Express sends an HTML page.
  app.use(authingErrorHandler)
  return app
}
