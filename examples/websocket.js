// @ts-check
// A WebSocket server that refuses clients without a valid token, and closes the socket when the token expires. Browsers
// cannot send an Authorization header here: they offer new WebSocket(url, ['authing', token]).
import { createServer, STATUS_CODES } from 'node:http'
import { authingGuard, errorResponse, GuardError, identityOf } from 'authing-guard/express'
import { WebSocketServer } from 'ws'

/** @param {import('authing-guard/express').GuardOptions} options */
export function createSocketServer(options) {
  const guard = authingGuard(options, { getToken: tokenOffered })
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'authing' })
  return createServer((_, response) => response.writeHead(426).end()).on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    guard(request, undefined, (error) => {
      if (error !== undefined) return refuse(error, socket)
      sockets.handleUpgrade(request, socket, head, (client) => serve(client, identityOf(request)))
    })
  })
}

/** @param {import('node:http').IncomingMessage} request */
const tokenOffered = ({ headers }) => headers['sec-websocket-protocol']?.split(/, ?/)[1]

/** @type {(client: import('ws').WebSocket, identity: import('authing-guard/express').Identity) => void} */
function serve(client, identity) {
  const left = Math.min(identity.expiresAt * 1000 - Date.now(), 2 ** 31 - 1)
  const end = setTimeout(() => client.close(4401, 'the token has expired'), left)
  client.on('close', () => clearTimeout(end))
  client.on('message', (data) => client.send(JSON.stringify({ caller: identity, said: String(data) })))
}

/** @type {(error: unknown, socket: import('node:stream').Duplex) => void} */
function refuse(error, socket) {
  if (!(error instanceof GuardError)) throw error
  const { status, headers, body } = errorResponse(error)
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${JSON.stringify(body)}`)
}
