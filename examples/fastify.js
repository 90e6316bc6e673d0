// @ts-check
// A Fastify API where every route needs a valid token. The guard for Express takes Node's own request, which Fastify
// has as request.raw: it sees a second Authorization line, which request.headers hides.
import { authingGuard, errorResponse, GuardError, identityOf } from 'authing-guard/express'
import fastify from 'fastify'

/**
 * The app, from the guard's options: yours come from the environment, a test's from a local user pool.
 *
 * @param {import('authing-guard/express').GuardOptions} options
 */
export function createApp(options) {
  const guard = authingGuard(options)
  const app = fastify()
  app.addHook('onRequest', hook(guard))
  app.get('/me', async (request) => identityOf(request.raw))
  const readers = hook(guard.require({ scope: 'book:read' }))
  app.get('/books', { onRequest: readers }, async () => ['The Wind in the Willows'])
  // Sends the same JSON as all other hosts; without it Fastify sends its own.
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof GuardError)) throw error
    const { status, headers, body } = errorResponse(error)
    reply.code(status).headers(headers).send(body)
  })
  return app
}

/**
 * @param {import('authing-guard/express').ExpressGuard<import('authing-guard/express').Identity | undefined>} guard
 * @returns {import('fastify').onRequestHookHandler}
 */
function hook(guard) {
  return (request, reply, done) =>
    guard(request.raw, reply.raw, (error) => done(error instanceof Error ? error : undefined))
}
