import { createServer, type RequestListener, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll } from 'vitest'

// Real HTTP over loopback, down to the bytes.

/** A server for the tests of a file or a `describe`; its port is there once they run. */
export function serving(listener: RequestListener) {
  const server = createServer(listener)
  beforeAll(() => listening(server))
  afterAll(() => closed(server))
  return {
    server,
    get origin() {
      return `http://127.0.0.1:${portOf(server)}`
    },
    get port() {
      return portOf(server)
    },
  }
}

export function listening(server: Server): Promise<void> {
  // The client closes what is idle. A test that keeps the process busy for seconds must not find its connection closed
  // by the server: a fetch would fail on it.
  server.keepAliveTimeout = 0
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
}

export function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}

export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return address.port
}

export interface Answer {
  readonly status: number
  readonly challenge: string | undefined
  /** All that came back: the status line, the headers and the body. */
  readonly text: string
  readonly body: string
}

/** Sends header lines as they are, one byte for each character up to U+00FF, and reads until the server hangs up. */
export function sendRaw(port: number, lines: readonly string[], start = 'GET / HTTP/1.1', body = ''): Promise<Answer> {
  const head = [start, 'Host: localhost', 'Connection: close', ...lines, '', ''].join('\r\n')
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(head + body, 'latin1'))
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answerOf(text)))
  })
}

function answerOf(text: string): Answer {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
  const challenge = /^www-authenticate: (.*)\r$/im.exec(text)?.[1]
  return { status, challenge, text, body: text.slice(text.indexOf('\r\n\r\n') + 4) }
}
