import { authingGuard } from 'authing-guard/h3'
import { H3, toNodeHandler } from 'h3'
import { createApp, defineEventHandler, toNodeListener } from 'h3v1'
import { body } from './index.js'
import { listen } from './listen.js'

const middlewareOf = (door, guard) => ({ empty: async () => {}, guarded: authingGuard(guard) })[door]

export const h3 = {
  listen(door, guard) {
    const app = new H3()
    const middleware = middlewareOf(door, guard)
    if (middleware) app.use(middleware)
    app.get('/', () => body)
    return listen(toNodeHandler(app))
  },
}

export const h3v1 = {
  listen(door, guard) {
    const app = createApp()
    const middleware = middlewareOf(door, guard)
    if (middleware) app.use(defineEventHandler(middleware))
    app.use(defineEventHandler(() => body))
    return listen(toNodeListener(app))
  },
}
