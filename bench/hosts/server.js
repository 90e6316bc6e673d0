import { answerCalls } from '../lib/child.js'
import { authingGuardPeer } from '../peers/authing-guard.js'
import { httpHosts } from './index.js'

answerCalls({
  /**
   * @param {string} name
   * @param {import('./index.js').Door} door
   * @param {import('../peers/index.js').World} world
   * @returns the port
   */
  async listen(name, door, world) {
    const { listen } = await httpHosts[name]()
    const server = await listen(door, authingGuardPeer.guard(world))
    return server.address().port
  },

  /** CPU time of this process so far, of all its threads, in microseconds. */
  cpu() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
})
