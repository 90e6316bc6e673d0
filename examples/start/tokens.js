// @ts-check
// Hands out the tokens of the callers, so that the lines to paste are short.
import { listen } from '../listen.js'

/** @param {readonly import('./callers.js').Caller[]} callers */
export function serveTokens(callers) {
  const tokens = new Map(callers.map(({ name, token }) => [`/${name}`, token]))
  return listen((request, response) => {
    // A page under a host name that leads to this machine must not read them.
    const isHere = request.headers.host === `127.0.0.1:${request.socket.localPort}`
    const token = isHere ? tokens.get(String(request.url)) : undefined
    response.writeHead(token === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(token)
  })
}
