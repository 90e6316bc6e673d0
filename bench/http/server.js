import { createServer } from 'node:http'
import { answerCalls } from '../lib/child.js'
import { doors } from '../peers/index.js'
import { hosts } from './hosts.js'

answerCalls({
  /**
   * Listens with one middleware: `'bare'` for none, `'empty'`, or a peer's.
   *
   * @param {'express' | 'koa'} host
   * @param {string} door
   * @param {import('../peers/index.js').World} world
   * @returns the port
   */
  async listen(host, door, world) {
    const { listener, empty } = hosts[host]
    const middleware = door === 'empty' ? empty : doors.find(({ name }) => name === door)?.[host](world)
    const server = createServer(listener(middleware))
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    return server.address().port
  },

  /** CPU time of this process so far, of all its threads, in microseconds. */
  cpu() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
})
