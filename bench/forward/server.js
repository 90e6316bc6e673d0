import { createServer } from 'node:http'
import { forwardAuth } from 'authing-guard/forward-auth'
import { answerCalls } from '../lib/child.js'
import { authingGuardPeer } from '../peers/authing-guard.js'

/** @type {Record<string, (world: import('../peers/index.js').World) => import('node:http').RequestListener>} */
const listeners = {
  bare: () => (_request, response) => {
    response.writeHead(200, { 'Content-Length': '0' })
    response.end()
  },
  // The load asks for `/`, and nginx for `/auth`.
  guarded: (world) => {
    const guard = authingGuardPeer.guard(world)
    return forwardAuth({ '/': guard, '/auth': guard })
  },
}

answerCalls({
  /**
   * @param {keyof typeof listeners} name
   * @param {import('../peers/index.js').World} world
   * @returns the port
   */
  async listen(name, world) {
    const server = createServer(listeners[name](world))
    server.keepAliveTimeout = 130_000
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    return server.address().port
  },

  /** CPU time of this process so far, of all its threads, in microseconds. */
  cpu() {
    const { user, system } = process.cpuUsage()
    return user + system
  },

  /** The heap in MiB, after everything that is garbage has gone. */
  heap() {
    globalThis.gc()
    globalThis.gc()
    const { heapUsed, external } = process.memoryUsage()
    return Number(((heapUsed + external) / 2 ** 20).toFixed(2))
  },
})
