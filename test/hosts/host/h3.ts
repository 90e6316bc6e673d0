import type { Guard, Identity } from 'authing-guard'
import { authingErrorHandler, authingGuard, type H3Event, maybeIdentityOf } from 'authing-guard/h3'
import { H3, toNodeHandler } from 'h3'
import { createApp, defineEventHandler, toNodeListener } from 'h3v1'
import { bodyOf, type Host, type Route, sessionIn } from './host.js'
import { type HttpHost, serve } from './http.js'

const guardOf = ({ guard, requirement, cookie }: Route) => {
  const own = authingGuard<Guard<Identity | undefined>>(
    guard,
    cookie ? { getToken: (event) => sessionIn(event.headers.get('cookie')) } : {},
  )
  return requirement ? own.require(requirement) : own
}
const handlerOf = (route: Route) => (event: H3Event) => bodyOf(route, maybeIdentityOf(event))

export const h3v2Host: Host<HttpHost> = {
  name: 'h3 2',
  open: (routes) => {
    // A handler's own error is logged, as h3 does; a refusal is not.
    const app = new H3({ onError: authingErrorHandler })
    for (const [name, route] of Object.entries(routes)) {
      app.all(`/${name}`, handlerOf(route), { middleware: [guardOf(route)] })
    }
    return serve(toNodeHandler(app))
  },
}

export const h3v1Host: Host<HttpHost> = {
  name: 'h3 1',
  open: (routes) => {
    const app = createApp({ onError: authingErrorHandler })
    for (const [name, route] of Object.entries(routes)) {
      const handler = defineEventHandler({ onRequest: [guardOf(route)], handler: handlerOf(route) })
      app.use(`/${name}`, handler, { match: (url) => /^\/?(?:\?|$)/.test(url) })
    }
    return serve(toNodeListener(app))
  },
}
