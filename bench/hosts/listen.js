import { createServer } from 'node:http'

/** @param {import('node:http').RequestListener} listener @returns {Promise<import('node:http').Server>} */
export function listen(listener) {
  const server = createServer(listener)
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
