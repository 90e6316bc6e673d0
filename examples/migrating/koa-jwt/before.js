// @ts-check
import jwksRsa from 'jwks-rsa'
import Koa from 'koa'
import jwt from 'koa-jwt'

/** @param {{ issuer: string, appId: string }} options */
export function createApp({ issuer, appId }) {
  const app = new Koa()
  app.use(
    jwt({
      secret: jwksRsa.koaJwtSecret({ jwksUri: `${issuer}/.well-known/jwks.json`, cache: true, rateLimit: true }),
      issuer,
      audience: appId,
      algorithms: ['RS256'],
    }),
  )

  app.use(async (ctx, next) => {
    if (ctx.path !== '/books') return next()
    if (!ctx.state['user'].scope?.split(' ').includes('book:read')) ctx.throw(403)
    ctx.body = ['The Wind in the Willows']
  })

  app.use((ctx) => {
    ctx.body = { userId: ctx.state['user'].sub }
  })
  return app
}
