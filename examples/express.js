// @ts-check
// An Express API that nobody uses without a valid token: who calls, and a route that needs a scope.
import { authingGuard, GuardError, identityOf } from 'authing-guard/express'
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
  app.use(answerRefusals)
  return app
}

/**
 * Answers a refusal in JSON; without it Express answers with a page of HTML.
 *
 * @param {unknown} error
 * @param {express.Request} _req
 * @param {express.Response} res
 * @param {express.NextFunction} next
 */
function answerRefusals(error, _req, res, next) {
  if (error instanceof GuardError) res.status(error.status).set(error.headers).json(error)
  else next(error)
}
