import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

const json = { 'content-type': 'application/json' }
const size = 50_000_000
/** One byte of a JWKS in each: it would take a minute. */
const dripEvery = 100

/** What an issuer answers on a bad day; each is handed the response and the keys that it ought to serve. */
export const faults = {
  /** Takes the request and never answers. */
  hang() {},

  error(response) {
    response.writeHead(500).end()
  },

  /** The right keys, and 50 MB of white space behind them. */
  huge(response, keys) {
    response.writeHead(200, json)
    response.write(JSON.stringify({ keys }))
    const blank = Buffer.alloc(64 * 1024, ' ')
    let left = size
    const more = () => {
      while (left > 0 && !response.destroyed) {
        left -= blank.length
        if (!response.write(blank)) return
      }
      response.end()
    }
    response.on('drain', more)
    more()
  },

  /** The same, gzipped to about 50 KB. */
  bomb(response, keys) {
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' })
    // Two members, one after the other, are one gzip file (RFC 1952, 2.2).
    response.end(Buffer.concat([gzipSync(JSON.stringify({ keys })), blanks()]))
  },

  async drip(response, keys) {
    response.writeHead(200, json)
    for (const byte of JSON.stringify({ keys })) {
      if (response.destroyed) return
      response.write(byte)
      await setTimeout(dripEvery)
    }
    response.end()
  },

  redirect(response) {
    response.writeHead(302, { location: '/elsewhere' }).end()
  },
}

let zipped
function blanks() {
  zipped ??= gzipSync(Buffer.alloc(size, ' '))
  return zipped
}
