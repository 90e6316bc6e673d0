// @ts-check
// Starts an app on the loopback address and resolves with its URL, for the other examples.
import { once } from 'node:events'
import { createServer } from 'node:http'

/**
 * @param {import('node:http').RequestListener} app
 * @param {number} [port] default 0: the system chooses a free one
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
