import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'

// Clients of a proxy. Header lines go out as they are.

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Every line of the header: name and value in turn. */
  readonly lines: readonly string[]
  readonly body: string
}

export interface Call {
  readonly path?: string
  readonly method?: string
  readonly lines?: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array
}

/** One connection that is used again and again. */
export function keepAlive() {
  return new Agent({ keepAlive: true, maxSockets: 1 })
}

/** Over HTTP/1.1. With `Expect: 100-continue` the body is sent when the server asks for it, and otherwise not at all. */
export function call(port: number, { path = '/', method = 'GET', lines = [], body }: Call = {}, agent?: Agent) {
  const headers = ['Host', '127.0.0.1', ...lines.flat()]
  if (body !== undefined) headers.push('Content-Length', String(body.length))
  const waits = lines.some(([name]) => name === 'Expect')
  return new Promise<Answer>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: agent ?? false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('end', () => {
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          lines: answer.rawHeaders,
          body: Buffer.concat(chunks).toString(),
        })
        // A body that was not asked for is not sent any more.
        if (!sent.writableEnded) sent.destroy()
      })
      answer.on('error', reject)
    })
    sent.on('error', reject)
    // Caddy sends its own 100, and the API's.
    if (waits) sent.once('continue', () => sent.end(body)).flushHeaders()
    else sent.end(body)
  })
}

/** Over HTTP/2 without TLS. */
export async function callHttp2(port: number, { path = '/', lines = [] }: Call = {}) {
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  const stream = session.request({ ':path': path, ...Object.fromEntries(lines) })
  let status = 0
  let body = ''
  stream.setEncoding('utf8')
  stream.on('response', (headers) => {
    status = Number(headers[':status'])
  })
  for await (const chunk of stream) body += chunk
  session.close()
  return { status, body }
}

/** Asks for a WebSocket; where it is opened, sends `bytes` and waits for as many. Resolves with all that came. */
export function upgrade(port: number, path: string, lines: readonly string[], bytes: string) {
  const head = [
    ...[`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket'],
    ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', ...lines, '', ''],
  ]
  return new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(head.join('\r\n')))
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      const wasOpen = text.includes('\r\n\r\n')
      text += chunk
      const isOpen = text.includes('\r\n\r\n')
      if (isOpen && !wasOpen) {
        // Also where it was refused: nothing of it may reach the API.
        socket.write(bytes, 'latin1')
        if (!text.startsWith('HTTP/1.1 101')) socket.end()
      }
      if (text.endsWith(bytes)) socket.end()
    })
    socket.on('error', reject).on('close', () => resolve(text))
  })
}
