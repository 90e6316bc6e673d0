const { authingErrorHandler, authingGuard, identityOf, maybeIdentityOf } = require('authing-guard/koa')
const { bodyOf, routesOf, sessionIn } = require('../table.cjs')

module.exports = (app) => {
  const { router, middleware } = app
  router.get('/me', (ctx) => {
    ctx.body = identityOf(ctx)
  })
  router.get('/books', middleware.authing({ require: { scope: 'book:read' } }), (ctx) => {
    ctx.body = ['The Wind in the Willows']
  })
  router.get('/failing', () => {
    throw new Error('the handler broke')
  })
  const [pool, lost] = ['POOL', 'LOST'].map((name) => ({ guardOptions: JSON.parse(process.env[name]) }))
  for (const [name, route] of Object.entries(routesOf(pool, lost))) {
    const own = authingGuard(route.guard, route.cookie ? { getToken: (ctx) => sessionIn(ctx.headers.cookie) } : {})
    const guard = route.requirement ? own.require(route.requirement) : own
    router.all(`/${name}`, authingErrorHandler, guard, (ctx) => {
      ctx.body = bodyOf(route, maybeIdentityOf(ctx))
    })
  }
}
