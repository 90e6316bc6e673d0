import { authingGuard } from 'authing-guard/express'
import fastify from 'fastify'
import { body } from './index.js'

export const fastifyHost = {
  async listen(door, guard) {
    const app = fastify()
    const middleware = authingGuard(guard)
    const hook = {
      empty: (_request, _reply, done) => done(),
      guarded: (request, reply, done) => middleware(request.raw, reply.raw, done),
    }[door]
    if (hook !== undefined) app.addHook('onRequest', hook)
    app.get('/', async () => body)
    await app.listen({ host: '127.0.0.1', port: 0 })
    return app.server
  },
}
