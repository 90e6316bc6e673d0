// @ts-check
// Starts an app on this machine alone and resolves with its address, for the other examples.
import { once } from 'node:events'
import { createServer } from 'node:http'

/**
 * @param {import('node:http').RequestListener} app
 * @param {number} [port] 0, a free one, unless told
 */
export async function listen(app, port = 0) {
  const server = createServer(app)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has an address with a port')
  const close = () => new Promise((closed) => server.close(closed).closeAllConnections())
  return { url: `http://127.0.0.1:${address.port}`, close }
}
