import { authingGuard, maybeIdentityOf } from 'authing-guard/koa'
import Koa from 'koa'
import Koa2 from 'koa2'
import { bodyOf, type Host, type Routes, sessionIn } from './host.js'
import { type HttpHost, serve } from './http.js'

function appOf(app: Koa, routes: Routes): Koa {
  // What would be logged are the outages and the handler's own throw.
  app.silent = true
  for (const [name, route] of Object.entries(routes)) {
    const guard = authingGuard(route.guard, route.cookie ? { getToken: (ctx) => sessionIn(ctx.headers.cookie) } : {})
    const middleware = route.requirement ? guard.require(route.requirement) : guard
    app.use((ctx, next) => {
      if (ctx.path !== `/${name}`) return next()
      return middleware(ctx, async () => {
        ctx.body = bodyOf(route, maybeIdentityOf(ctx))
      })
    })
  }
  return app
}

export const koa3Host: Host<HttpHost> = { name: 'Koa 3', open: (routes) => serve(appOf(new Koa(), routes).callback()) }
export const koa2Host: Host<HttpHost> = { name: 'Koa 2', open: (routes) => serve(appOf(new Koa2(), routes).callback()) }
