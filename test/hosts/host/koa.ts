import { authingGuard, maybeIdentityOf } from 'authing-guard/koa'
import Koa from 'koa'
import Koa2 from 'koa2'
import { bodyOf, type Doors, type Host, sessionIn } from './host.js'
import { type HttpHost, serve } from './http.js'

function appOf(app: Koa, doors: Doors): Koa {
  // What would be logged are the outages and the handler's own throw.
  app.silent = true
  for (const [name, door] of Object.entries(doors)) {
    const guard = authingGuard(door.guard, door.cookie ? { token: (ctx) => sessionIn(ctx.headers.cookie) } : {})
    const middleware = door.requirement ? guard.require(door.requirement) : guard
    app.use((ctx, next) => {
      if (ctx.path !== `/${name}`) return next()
      return middleware(ctx, async () => {
        ctx.body = bodyOf(door, maybeIdentityOf(ctx))
      })
    })
  }
  return app
}

export const koa3Host: Host<HttpHost> = { name: 'Koa 3', open: (doors) => serve(appOf(new Koa(), doors).callback()) }
export const koa2Host: Host<HttpHost> = { name: 'Koa 2', open: (doors) => serve(appOf(new Koa2(), doors).callback()) }
