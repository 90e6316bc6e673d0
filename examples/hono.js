// @ts-check
// A Hono API where every route needs a valid token, and one also needs a scope. On Node, Bun, Deno,
// Workers. Hono answers a GuardError by itself, in JSON and with its challenge.
import { createGuard } from 'authing-guard'
import { Hono } from 'hono'

/**
 * The app, from the guard's options: yours come from the environment, a test's from a local user pool.
 *
 * @param {import('authing-guard').GuardOptions & { credentials?: 'required' }} options
 */
export function createApp(options) {
  const guard = createGuard(options)
  /** @type {Hono<{ Variables: { identity: import('authing-guard').Identity } }>} */
  const app = new Hono()
  app.use(async (c, next) => {
    c.set('identity', await guard.authenticate(c.req.header('authorization')))
    await next()
  })
  app.get('/me', (c) => c.json(c.get('identity')))
  app.get('/books', async (c) => {
    await guard.authorize(c.get('identity'), { scope: 'book:read' })
    return c.json(['The Wind in the Willows'])
  })
  return app
}
