import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { body } from './index.js'
import { listen } from './listen.js'

export const hono = {
  listen(door, guard) {
    const app = new Hono()
    if (door === 'empty') app.use((_, next) => next())
    if (door === 'guarded') {
      app.use(async (c, next) => {
        c.set('identity', await guard.authenticate(c.req.header('authorization')))
        await next()
      })
    }
    app.get('/', (c) => c.json(body))
    return listen(getRequestListener(app.fetch))
  },
}
