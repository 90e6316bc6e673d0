import { authingGuard, maybeIdentityOf } from 'authing-guard/express'
import fastify from 'fastify'
import { bodyOf, type Host, sessionIn } from './host.js'
import { type HttpHost, overHttp } from './http.js'

/** The adapter for Express takes Node's own request too: it is Fastify's `request.raw`. */
export const fastifyHost: Host<HttpHost> = {
  name: 'Fastify',
  open: async (routes) => {
    const app = fastify()
    for (const [name, route] of Object.entries(routes)) {
      const guard = authingGuard(route.guard, route.cookie ? { getToken: (raw) => sessionIn(raw.headers.cookie) } : {})
      const middleware = route.requirement ? guard.require(route.requirement) : guard
      app.all(`/${name}`, {
        onRequest: (request, reply, done) => middleware(request.raw, reply.raw, done as () => void),
        handler: async (request) => bodyOf(route, maybeIdentityOf(request.raw)),
      })
    }
    await app.listen({ host: '127.0.0.1', port: 0 })
    return overHttp(app.server, () => app.close())
  },
}
