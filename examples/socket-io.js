// @ts-check
// A socket.io server that refuses clients without a valid token, and disconnects them when the token expires. Clients
// connect with io(url, { auth: { token } }).
import { createGuard } from 'authing-guard'
import { Server } from 'socket.io'

/**
 * @param {import('node:http').Server} server
 * @param {import('authing-guard').GuardOptions} options
 */
export function guardSockets(server, options) {
  const guard = createGuard(options)
  const io = new Server(server)
  io.use((socket, next) => {
    const admit = (/** @type {import('authing-guard').Identity} */ identity) => {
      socket.data.identity = identity
      next()
    }
    guard.verifyToken(socket.handshake.auth['token']).then(admit, next)
  })
  io.on('connection', (socket) => {
    const left = Math.min(socket.data.identity.expiresAt * 1000 - Date.now(), 2 ** 31 - 1)
    const end = setTimeout(() => socket.disconnect(true), left)
    socket.on('disconnect', () => clearTimeout(end))
    socket.on('who', (reply) => reply(socket.data.identity))
  })
  return io
}
