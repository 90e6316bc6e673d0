import { createServer } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { answerCalls } from './child.js'
import { faults } from './faults.js'

/** By port. */
const issuers = new Map()

answerCalls({
  async open({ keys, delay = 0, fault }) {
    const issuer = { keys, delay, fault, fetches: 0, sockets: 0, mostSockets: 0, server: undefined }
    issuer.server = createServer((request, response) => answer(issuer, request, response))
    issuer.server.keepAliveTimeout = 60_000
    issuer.server.on('connection', (socket) => {
      issuer.mostSockets = Math.max(issuer.mostSockets, ++issuer.sockets)
      socket.on('close', () => issuer.sockets--)
    })
    await new Promise((resolve) => issuer.server.listen(0, '127.0.0.1', resolve))
    const { port } = issuer.server.address()
    issuers.set(port, issuer)
    return port
  },
  change(port, changes) {
    const issuer = issuers.get(port)
    Object.assign(issuer, changes)
    if (changes.fault !== 'down') return
    issuer.server.close()
    issuer.server.closeAllConnections()
  },
  counts(port) {
    const { fetches, sockets, mostSockets } = issuers.get(port)
    return { fetches, sockets, mostSockets }
  },
})

async function answer(issuer, request, response) {
  // Where a redirect leads: not the address that was configured, and an answer nevertheless.
  if (request.url === '/elsewhere') return send(response, issuer.keys)
  issuer.fetches++
  const { keys, fault, delay } = issuer
  if (delay > 0) await setTimeout(delay)
  if (fault === undefined) return send(response, keys)
  return faults[fault](response, keys)
}

function send(response, keys) {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ keys }))
}
