// @ts-check
import { authingGuard, identityOf } from 'authing-guard/koa'
import Koa from 'koa'

/** @param {{ issuer: string, appId: string }} options */
export function createApp({ issuer, appId }) {
  const guard = authingGuard({ issuer, appId })
  const mayRead = guard.require({ scope: 'book:read' })
  const app = new Koa()
  app.use(guard)

  app.use(async (ctx, next) => {
    if (ctx.path !== '/books') return next()
    return mayRead(ctx, async () => {
      ctx.body = ['The Wind in the Willows']
    })
  })

  app.use((ctx) => {
    ctx.body = { userId: identityOf(ctx).userId }
  })
  return app
}
