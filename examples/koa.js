// @ts-check
// A Koa API where every route needs a valid token, and one also needs a scope.
import { authingErrorHandler, authingGuard, identityOf } from 'authing-guard/koa'
import Koa from 'koa'

/**
 * The app, from the guard's options: yours come from the environment, a test's from a local user pool.
 *
 * @param {import('authing-guard/koa').GuardOptions} options
 */
export function createApp(options) {
  const guard = authingGuard(options)
  const readers = guard.require({ scope: 'book:read' })
  const app = new Koa()
  app.use(authingErrorHandler)
  app.use(guard)
  // With a router: router.get('/books', guard.require({ scope: 'book:read' }), listBooks)
  app.use((ctx, next) => (ctx.path === '/books' ? readers(ctx, () => listBooks(ctx)) : next()))
  app.use((ctx) => {
    ctx.body = identityOf(ctx)
  })
  return app
}

/** @param {Koa.Context} ctx */
async function listBooks(ctx) {
  ctx.body = ['The Wind in the Willows']
}
