// @ts-check
// An Express API that nobody uses without a valid token: who calls, and a route that needs a scope.
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
  // In JSON; without it Express answers a refusal with a page of HTML.
  app.use(authingErrorHandler)
  return app
}
