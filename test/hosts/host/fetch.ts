import { getRequestListener } from '@hono/node-server'
import { withIdentity } from 'authing-guard/fetch'
import { type Context, Hono } from 'hono'
import { answerOf, bodyOf, type Call, type Host, type Route, sessionIn } from './host.js'
import { type HttpHost, serve } from './http.js'

function guarded<Rest extends readonly unknown[]>(route: Route) {
  const guard = route.requirement ? route.guard.require(route.requirement) : route.guard
  return withIdentity(
    guard,
    (_request: Request, identity, ..._rest: Rest) => Response.json(bodyOf(route, identity)),
    route.cookie ? { getToken: (request) => sessionIn(request.headers.get('cookie')) } : {},
  )
}

/** A handler of web requests by itself. */
export const fetchHost: Host = {
  name: 'a fetch handler',
  open: async (routes) => {
    const handlers = new Map(Object.entries(routes).map(([name, route]) => [name, guarded<[]>(route)]))
    return {
      call: async (call) => {
        const response = await handlers
          .get(call.route)?.(requestOf(call))
          .catch(() => new Response('', { status: 500 }))
        const { status = 0, headers = new Headers() } = response ?? {}
        return answerOf(status, (name) => headers.get(name) ?? undefined, (await response?.text()) ?? '')
      },
      close: async () => {},
    }
  },
}

function requestOf({ route, lines, method, query }: Call): Request {
  const headers = new Headers()
  for (const [name, value] of lines) headers.append(name, value)
  return new Request(`https://api.example.com/${route}${query}`, { method, headers })
}

export const honoHost: Host<HttpHost> = {
  name: 'Hono',
  open: (routes) => {
    const app = new Hono()
    for (const [name, route] of Object.entries(routes)) {
      const handler = guarded<[Context]>(route)
      app.all(`/${name}`, (c) => handler(c.req.raw, c))
    }
    // h3 2 knows no response in a process whose global Response was replaced.
    return serve(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  },
}
