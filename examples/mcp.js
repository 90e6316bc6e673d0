// @ts-check
// An MCP server over Streamable HTTP, whose tools know the caller. It has no sessions: each request is
// verified and gets a new server. So callers share no state, and no session ID can be stolen.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { authingErrorHandler, authingGuard, identityOf } from 'authing-guard/express'
import { resourceMetadata } from 'authing-guard/metadata'
import express from 'express'

/**
 * The app, from the guard's options: `resourceMetadata: { resource }` says where the clients find it.
 *
 * @param {import('authing-guard/express').GuardOptions} options
 */
export function createApp(options) {
  const guard = authingGuard(options)
  const app = express()
  app.use(resourceMetadata(guard)) // before the guard: its readers have no token yet
  app.use(guard)
  app.post('/mcp', express.json(), async (req, res) => {
    const server = serverFor(identityOf(req))
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    res.on('close', () => server.close())
    await server.connect(transport)
    await transport.handleRequest(/** @type {import('node:http').IncomingMessage} */ (req), res, req.body)
  })
  app.all('/mcp', (_req, res) => res.set('Allow', 'POST').sendStatus(405)) // no sessions, no streams
  app.use(authingErrorHandler)
  return app
}

/** @param {import('authing-guard/express').Identity} caller */
function serverFor(caller) {
  const server = new McpServer({ name: 'books', version: '1.0.0' })
  const whoami = { description: 'Says who is calling' }
  server.registerTool('whoami', whoami, () => ({ content: [{ type: 'text', text: JSON.stringify(caller) }] }))
  return server
}
