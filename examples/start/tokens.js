// @ts-check
// Hands out the tokens of the callers, so that the lines to paste are short; and is where an administrator blocks a user.
import { listen } from '../listen.js'

/** The one user who can be blocked here. */
export const blockable = 'mole'

/**
 * @param {readonly import('./callers.js').Caller[]} callers
 * @param {(userId: string) => Promise<unknown>} block
 */
export function serveTokens(callers, block) {
  const tokens = new Map(callers.map(({ name, token }) => [`/${name}`, token]))
  return listen(async (request, response) => {
    // A page under a host name that leads to this machine must not read them.
    const isHere = request.headers.host === `127.0.0.1:${request.socket.localPort}`
    const [, blocked] = /^\/block\/(\w+)$/.exec(String(request.url)) ?? []
    if (isHere && request.method === 'POST' && blocked === blockable) {
      await block(blocked)
      response.writeHead(204).end()
      return
    }
    const token = isHere ? tokens.get(String(request.url)) : undefined
    response.writeHead(token === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(token)
  })
}
