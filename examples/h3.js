// @ts-check
// An h3 API where every route needs a valid token, and one also needs a scope.
import { authingErrorHandler, authingGuard, identityOf } from 'authing-guard/h3'
import { H3 } from 'h3'

/**
 * The app, from the guard's options: yours come from the environment, a test's from a local user pool.
 *
 * @param {import('authing-guard/h3').GuardOptions} options
 */
export function createApp(options) {
  const guard = authingGuard(options)
  const readers = guard.require({ scope: 'book:read' })
  const app = new H3({ onError: authingErrorHandler })
  app.use(guard)
  app.get('/me', (event) => identityOf(event))
  app.get('/books', () => ['The Wind in the Willows'], { middleware: [readers] })
  return app
}
