import express from 'express'
import Koa from 'koa'

/** What the route answers, behind whatever stands before it. */
const body = { hello: 'world' }

/**
 * A host makes a server of a middleware, or of none; and has an empty one to compare with. `app` is one of another
 * version.
 *
 * @type {Record<'express' | 'koa', { listener: (middleware?: Function, app?: object) =>
 *   import('node:http').RequestListener, empty: Function }>}
 */
export const hosts = {
  express: {
    empty: (_request, _response, next) => next(),
    listener(middleware, app = express()) {
      // Keeps the refusals off the console that come when a server is checked.
      app.set('env', 'test')
      if (middleware !== undefined) app.use(middleware)
      app.get('/', (_, response) => response.json(body))
      return app
    },
  },
  koa: {
    empty: (_ctx, next) => next(),
    listener(middleware, app = new Koa()) {
      app.silent = true
      if (middleware !== undefined) app.use(middleware)
      app.use((ctx) => {
        ctx.body = body
      })
      return app.callback()
    },
  },
}
