import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { objectIn, shapeOf, textsIn, wordOf } from './shape.js'

// Receives webhooks while the report is made. The first event of each name is answered with 503, to see whether it comes
// again.

/** @typedef {import('./report.js').Report} Report */

const longestBody = 1_048_576

/**
 * @param {{ readonly port: number, readonly secret: string }} webhook
 * @param {Report} report
 * @param {() => number} now
 */
export async function receiveWebhooks({ port, secret }, report, now) {
  const path = `/${randomBytes(8).toString('hex')}`
  const startedAt = now()
  /** @type {(readonly string[])[]} */
  const rows = []
  /** @type {string[]} */
  const digests = []
  /** @type {Set<string>} */
  const seen = new Set()
  const server = createServer((request, response) => {
    if (request.url !== path) return void response.writeHead(404).end()
    /** @type {Buffer[]} */
    const chunks = []
    let size = 0
    request.on('data', (/** @type {Buffer} */ chunk) => {
      size += chunk.length
      if (size <= longestBody) chunks.push(chunk)
    })
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const type = request.headers['content-type']?.split(';')[0] ?? 'no content type'
      const body = type === 'application/json' ? objectIn(text) : formOf(text)
      const event = wordOf(body?.['eventName'])
      report.hide(...textsIn(body?.['data']))
      const digest = createHash('sha256').update(text).digest('hex')
      const before = digests.indexOf(digest)
      digests.push(digest)
      const status = seen.has(event) ? 200 : 503
      seen.add(event)
      const names = Object.keys(request.headers).sort()
      const holding = names.filter((name) => secret !== '' && request.headers[name] === secret)
      rows.push([
        `${rows.length + 1}`,
        `${Math.round((now() - startedAt) / 1000)} s`,
        `${wordOf(request.method)} ${/^[\w.+/-]{1,60}$/.test(type) ? type : 'another media type'}, ${size} bytes`,
        event,
        before < 0 ? 'new' : `the body of ${before + 1} again`,
        names.join(' '),
        holding.join(' ') || 'none',
        body === undefined ? 'not read' : shapeOf(body, 5),
        `${status}`,
      ])
      response.writeHead(status).end()
    })
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, () => resolve(undefined))
  })
  return {
    /** The address on this machine. */
    path,
    /** Stops, and writes what came. */
    close() {
      server.closeAllConnections()
      server.close()
      report.section('Webhooks')
      if (rows.length === 0) return report.say('No webhook came.')
      report.say('The first of each event was answered with 503, the others with 200.')
      report.table(
        [
          'request',
          'after',
          'form',
          'event',
          'body',
          'names of headers',
          'headers with the secret',
          'names and types',
          'answered',
        ],
        rows,
      )
    },
  }
}

/**
 * A form, with `data` read where it is JSON.
 *
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function formOf(text) {
  return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, objectIn(value) ?? value]))
}
