import { authingGuard, maybeIdentityOf } from 'authing-guard/express'
import fastify from 'fastify'
import { bodyOf, type Host, sessionIn } from './host.js'
import { type HttpHost, overHttp } from './http.js'

/** The door for Express takes Node's own request too: it is Fastify's `request.raw`. */
export const fastifyHost: Host<HttpHost> = {
  name: 'Fastify',
  open: async (doors) => {
    const app = fastify()
    for (const [name, door] of Object.entries(doors)) {
      const guard = authingGuard(door.guard, door.cookie ? { token: (raw) => sessionIn(raw.headers.cookie) } : {})
      const middleware = door.requirement ? guard.require(door.requirement) : guard
      app.all(`/${name}`, {
        onRequest: (request, reply, done) => middleware(request.raw, reply.raw, done as () => void),
        handler: async (request) => bodyOf(door, maybeIdentityOf(request.raw)),
      })
    }
    await app.listen({ host: '127.0.0.1', port: 0 })
    return overHttp(app.server, () => app.close())
  },
}
