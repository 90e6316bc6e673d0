import { createServer, type RequestListener, request, type Server } from 'node:http'
import { type Answer, answerOf, type Call, type OpenHost } from './host.js'

export interface HttpHost extends OpenHost {
  readonly port: number
  /** How many clients are connected. */
  connections(): Promise<number>
}

/** Serves a listener on loopback. */
export async function serve(listener: RequestListener, close: () => unknown = () => {}): Promise<HttpHost> {
  return overHttp(await listen(createServer(listener)), close)
}

export function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

/** A host behind a server that listens: calls go to it as real HTTP, header lines as they are. */
export function overHttp(server: Server, close: () => unknown = () => {}): HttpHost {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
    call: (call) => send(port, call),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await close()
    },
  }
}

/** Sends a call as real HTTP to a port of loopback. */
export function send(port: number, { route, lines, method, query }: Call): Promise<Answer> {
  const headers = [['Host', 'localhost'], ['Connection', 'close'], ['Content-Length', '0'], ...lines].flat()
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: `/${route}${query}`, method, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        const header = (name: string) => response.headers[name]?.toString()
        resolve(answerOf(response.statusCode ?? 0, header, body))
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}
