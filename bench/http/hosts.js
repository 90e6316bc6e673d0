import express from 'express'
import Koa from 'koa'

/** What the route answers, behind whatever stands before it. */
const body = { hello: 'world' }

/**
 * A host makes a server of a middleware, or of none; and has an empty one to compare with.
 *
 * @type {Record<'express' | 'koa', { listener: (middleware?: Function) => import('node:http').RequestListener,
 *   empty: Function }>}
 */
export const hosts = {
  express: {
    empty: (_request, _response, next) => next(),
    listener(middleware) {
      const app = express()
      // Keeps the refusals off the console that come when a server is checked.
      app.set('env', 'test')
      if (middleware !== undefined) app.use(middleware)
      app.get('/', (_, response) => response.json(body))
      return app
    },
  },
  koa: {
    empty: (_ctx, next) => next(),
    listener(middleware) {
      const app = new Koa()
      app.silent = true
      if (middleware !== undefined) app.use(middleware)
      app.use((ctx) => {
        ctx.body = body
      })
      return app.callback()
    },
  },
}
