import { type ClientHttp2Stream, connect, createServer, type Http2ServerRequest } from 'node:http2'
import { connect as dial } from 'node:net'
import { GuardError } from 'authing-guard'
import { authingGuard, maybeIdentityOf } from 'authing-guard/express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyPair, tokenBy } from '../support/forge.js'
import { idClaims, optionsWith, userId } from '../support/world.js'

// Threats of section E over HTTP/2, with Node's own request, as Express 5 does not support it. Header names are lower
// case and include pseudo headers. Node drops a second authorization field without an error, as in HTTP/1.

const key = keyPair('RS256', 'kid-1')
const good = tokenBy(key, idClaims)
const guard = authingGuard(optionsWith([key.jwk]))

const seen: Http2ServerRequest[] = []
const server = createServer((request, response) => {
  seen.push(request)
  guard(request, response, (error) => {
    response.statusCode = error instanceof GuardError ? error.status : 200
    response.end(error instanceof GuardError ? error.reason : `${maybeIdentityOf(request)?.kind}`)
  })
})
const port = () => {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise((resolve) => void server.close(resolve)))

async function get(headers: Record<string, string>): Promise<{ status: number; body: string }> {
  const session = connect(`http://127.0.0.1:${port()}`)
  try {
    const stream: ClientHttp2Stream = session.request({ ':path': '/', ...headers })
    let body = ''
    let status = 0
    stream.on('response', (answer) => {
      status = Number(answer[':status'])
    })
    for await (const chunk of stream) body += String(chunk)
    return { status, body }
  } finally {
    session.close()
  }
}

/** A frame (RFC 9113, 4.1). */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A field as RFC 7541, 6.2.2 writes it where nothing is indexed or compressed. */
function field(name: string, value: string): Buffer {
  const length = (text: string) => {
    const bytes = [Math.min(text.length, 127)]
    for (let rest = text.length - 127; rest >= 0; rest = rest < 128 ? -1 : rest >> 7) {
      bytes.push(rest < 128 ? rest : (rest & 127) | 128)
    }
    return Buffer.from(bytes)
  }
  return Buffer.concat([Buffer.from([0]), length(name), Buffer.from(name), length(value), Buffer.from(value)])
}

/** Two authorization fields: no client of Node's sends them, so they are written by hand. */
function sendFields(fields: readonly (readonly [string, string])[]): Promise<string> {
  const pseudo = [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'localhost'],
  ] as const
  const block = Buffer.concat([...pseudo, ...fields].map(([name, value]) => field(name, value)))
  return new Promise((resolve, reject) => {
    const socket = dial(port(), '127.0.0.1', () => {
      socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
      socket.write(Buffer.concat([frame(4, 0, 0, Buffer.alloc(0)), frame(1, 5, 1, block)]))
    })
    let answer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      const body = /missing_token|invalid_request|user/.exec(answer.toString('latin1'))?.[0]
      if (body === undefined) return
      socket.destroy()
      resolve(body)
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server hung up')))
  })
}

describe('over HTTP/2', () => {
  it('E12: over HTTP/2 the guard reads only the authorization field', async () => {
    await expect(get({ authorization: `Bearer ${good}` })).resolves.toEqual({ status: 200, body: 'user' })
    expect(seen.at(-1)?.httpVersion).toBe('2.0')
    await expect(get({})).resolves.toEqual({ status: 401, body: 'missing_token' })
    await expect(get({ 'x-authorization': `Bearer ${good}` })).resolves.toMatchObject({ status: 401 })
    await expect(get({ ':path': `/?access_token=${good}` })).resolves.toMatchObject({ status: 401 })
    await expect(get({ authorization: `Bearer ${good}x` })).resolves.toMatchObject({ status: 401 })
  })

  it('E4: two authorization fields over HTTP/2 are refused, whichever holds the valid token', async () => {
    await expect(sendFields([['authorization', `Bearer ${good}`]])).resolves.toBe('user')
    for (const other of [`Bearer ${good}`, 'Bearer evil', 'Basic eDp5', '']) {
      const both = [
        ['authorization', `Bearer ${good}`],
        ['authorization', other],
      ] as const
      await expect(sendFields(both)).resolves.toBe('invalid_request')
      await expect(sendFields([...both].reverse())).resolves.toBe('invalid_request')
    }
    expect(maybeIdentityOf(seen[0] ?? {})).toMatchObject({ userId })
  })
})
