import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { createGuard, type GuardEvent } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Jwk, keyPair, tokenBy } from '../support/forge.js'
import { closed, listening, portOf, sendRaw, serving } from '../support/http.js'
import { appId, expect401, idClaims, now, refusalOf } from '../support/world.js'

// Threats of section G over real HTTP, with an issuer that misbehaves.

const key = keyPair('RS256', 'kid-1')
const evil = keyPair('RS256', 'kid-1')
const jwks = JSON.stringify({ keys: [key.jwk] })

/** An issuer on loopback that answers as it is told, and a guard of it. */
async function issuerThat(answer: RequestListener, options: object = {}) {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    answer(request, response)
  })
  await listening(server)
  onTestFinished(() => closed(server))
  const origin = `http://127.0.0.1:${portOf(server)}`
  const events: GuardEvent[] = []
  const onEvent = (event: GuardEvent) => events.push(event)
  const guard = createGuard({ issuer: `${origin}/oidc`, appId, now: () => now, onEvent, ...options })
  const token = (pair = key) => tokenBy(pair, { ...idClaims, iss: `${origin}/oidc` })
  const outage = async () => {
    const error = await refusalOf(guard.verifyToken(token()))
    expect(error).toMatchObject({ status: 503, reason: 'keys_unavailable' })
    expect(error.headers).toEqual({
      'Cache-Control': 'no-store',
      'Retry-After': expect.stringMatching(/^([1-9]|[12]\d|30)$/),
    })
    return error
  }
  return { asked, origin, guard, token, outage, events, paths: () => asked.map(({ url }) => url) }
}

const json =
  (text: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(text)
  }
const keysOf = (...keys: readonly Jwk[]) => json(JSON.stringify({ keys }))

describe('the address', () => {
  it('G1: keys are fetched only from the configured address, and from its second layout only after a 404', async () => {
    const here = await issuerThat(json(jwks))
    await expect(here.guard.verifyToken(here.token())).resolves.toMatchObject({ kind: 'user' })
    expect(here.paths()).toEqual(['/oidc/.well-known/jwks.json'])
    expect(here.asked[0]?.headers).not.toHaveProperty('authorization')
    const missing = await issuerThat((request, response) => {
      if (request.url?.startsWith(`/${appId}/`)) json(jwks)(request, response)
      else response.writeHead(404).end()
    })
    await expect(missing.guard.verifyToken(missing.token())).resolves.toMatchObject({ kind: 'user' })
    expect(missing.paths()).toEqual(['/oidc/.well-known/jwks.json', `/${appId}/oidc/.well-known/jwks.json`])
    for (const status of [400, 401, 403, 410, 500, 503]) {
      const broken = await issuerThat((_, response) => void response.writeHead(status).end())
      await broken.outage()
      expect(broken.paths()).toEqual(['/oidc/.well-known/jwks.json'])
    }
  })

  it.each([301, 302, 303, 307, 308])('G2: a %d redirect of the JWKS is not followed', async (status) => {
    const elsewhere = await issuerThat(keysOf(evil.jwk))
    const here = await issuerThat(
      (_, response) => void response.writeHead(status, { location: elsewhere.origin }).end(),
    )
    await here.outage()
    const error = await refusalOf(here.guard.verifyToken(here.token(evil)))
    expect(error.status).toBe(503)
    expect(elsewhere.asked).toEqual([])
    const own = await issuerThat((request, response) => {
      if (request.url === '/keys') json(jwks)(request, response)
      else response.writeHead(status, { location: '/keys' }).end(jwks)
    })
    await own.outage()
    expect(own.paths()).toEqual(['/oidc/.well-known/jwks.json'])
  })

  it('G23: no discovery document is read', async () => {
    const elsewhere = await issuerThat(keysOf(evil.jwk))
    const here = await issuerThat((request, response) => {
      if (request.url?.includes('openid-configuration') || request.url?.includes('oauth-authorization-server')) {
        json(JSON.stringify({ issuer: 'https://evil.example', jwks_uri: elsewhere.origin }))(request, response)
      } else json(jwks)(request, response)
    })
    await expect(here.guard.verifyToken(here.token())).resolves.toMatchObject({ kind: 'user' })
    await expect401(here.guard, here.token(evil), 'bad_signature')
    expect(here.paths().filter((path) => !path?.endsWith('jwks.json'))).toEqual([])
    expect(elsewhere.asked).toEqual([])
  })
})

describe('a body', () => {
  /** Writes until nobody reads any more. */
  const pour = (response: ServerResponse, chunk: Buffer, bytes: number) => {
    let left = bytes
    const more = () => {
      while (left > 0 && !response.destroyed) {
        left -= chunk.length
        if (!response.write(chunk)) return void response.once('drain', more)
      }
      response.end()
    }
    response.on('error', () => {})
    more()
    return () => bytes - left
  }

  it('G4: a JWKS body is cut off at jwksCache.maxBytes, even when it starts with valid keys', async () => {
    const size = 64 * 1024 * 1024
    let poured = () => size
    const here = await issuerThat((_, response) => {
      response.writeHead(200)
      response.write(`{"keys":[${JSON.stringify(key.jwk)}],"fill":"`)
      poured = pour(response, Buffer.alloc(65_536, 'x'), size)
    })
    const { detail } = await here.outage()
    expect(detail).toBe(`${here.origin}/oidc/.well-known/jwks.json answered more than 262144 bytes`)
    expect(poured()).toBeLessThan(size)
  })

  it('G4: a JWKS body of exactly jwksCache.maxBytes is accepted, and one byte more is refused', async () => {
    const filled = `${jwks.slice(0, -1)},"fill":"${'x'.repeat(4000)}"}`
    const short = await issuerThat(json(filled), { jwksCache: { maxBytes: filled.length - 1 } })
    const { detail } = await short.outage()
    expect(detail).toMatch(/answered more than \d+ bytes$/)
    const long = await issuerThat(json(filled), { jwksCache: { maxBytes: filled.length } })
    await expect(long.guard.verifyToken(long.token())).resolves.toMatchObject({ kind: 'user' })
  })

  it('G4: reading a JWKS body stops at the first chunk beyond jwksCache.maxBytes', async () => {
    const maxBytes = 65_536
    let sent = 0
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          sent += 1024
          controller.enqueue(new Uint8Array(1024).fill(0x20))
          if (sent > 100 * maxBytes) controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const here = await issuerThat(json(jwks), { jwksCache: { maxBytes }, fetch: async () => new Response(endless) })
    await here.outage()
    expect(sent).toBe(maxBytes + 1024)
  })

  it.each<[string, RequestListener]>([
    ['no answer at all', () => {}],
    ['headers and no body', (_, response) => void response.writeHead(200).flushHeaders()],
    [
      'a byte now and then',
      (_, response) => {
        response.writeHead(200)
        const drip = setInterval(() => response.write(' '), 5)
        response.on('close', () => clearInterval(drip))
      },
    ],
  ])('G5: a JWKS body that does not end in time is given up: %s', async (_, answer) => {
    const here = await issuerThat(answer, { jwksCache: { timeout: 0.1 } })
    const start = performance.now()
    const { detail } = await here.outage()
    expect(performance.now() - start).toBeLessThan(10_000)
    expect(detail).toBe(`${here.origin}/oidc/.well-known/jwks.json did not answer within 0.1 s`)
  })

  it('G6: the size of a compressed JWKS is measured after decompression', async () => {
    const bomb = gzipSync(
      Buffer.concat([Buffer.from(jwks.slice(0, -1)), Buffer.alloc(48 * 1024 * 1024, ' '), Buffer.from('}')]),
    )
    expect(bomb.length).toBeLessThan(60_000)
    const here = await issuerThat(json(bomb, { 'content-encoding': 'gzip' }))
    const { detail } = await here.outage()
    expect(detail).toContain('answered more than 262144 bytes')
    const honest = await issuerThat(json(gzipSync(jwks), { 'content-encoding': 'gzip' }))
    await expect(honest.guard.verifyToken(honest.token())).resolves.toMatchObject({ kind: 'user' })
  })

  it('G6: a JWKS that was compressed 200 times is an outage', async () => {
    const encoding = { 'content-encoding': Array(200).fill('gzip').join(', ') }
    const here = await issuerThat(json(gzipSync(jwks), encoding), { jwksCache: { timeout: 1 } })
    await here.outage()
  })

  it.each([
    ...[
      '{"keys":[]}',
      '[]',
      '{}',
      'null',
      '"keys"',
      '',
      '{"keys":{}}',
      '{"keys":"x"}',
      '{"keys":[null]}',
      '{"Keys":[]}',
    ],
    ...[
      '<html><body>Sign in to the Wi-Fi</body></html>',
      jwks.slice(0, -2),
      `${jwks}x`,
      `[${jwks}]`,
      `{"__proto__":${jwks}}`,
    ],
    ...[JSON.stringify({ keys: Array(101).fill(key.jwk) }), JSON.stringify({ keys: key.jwk })],
  ])('G8: a body that is not a JWKS is an outage: %.40s', async (text) => {
    const here = await issuerThat(json(text))
    await here.outage()
    expect(here.events.map(({ type }) => type)).toEqual(['keys_failed', 'refused'])
  })
})

describe('the fetch', () => {
  it('G16: a hundred concurrent requests cause one JWKS fetch', async () => {
    const here = await issuerThat(json(jwks))
    const tokens = Array.from({ length: 100 }, () => here.guard.verifyToken(here.token()))
    const identities = await Promise.all(tokens)
    expect(identities).toHaveLength(100)
    expect(here.asked).toHaveLength(1)
  })

  it('G16: a hundred concurrent requests cause one JWKS fetch when it fails, too', async () => {
    const here = await issuerThat((_, response) => void response.writeHead(500).end())
    await Promise.all(Array.from({ length: 100 }, () => here.outage()))
    expect(here.asked).toHaveLength(1)
  })
})

describe('an outage in the answer of Express', () => {
  const nobody = createServer()
  const app = express()
  app.use((request, response, next) => {
    const dead = `http://127.0.0.1:${nobody.listening ? portOf(nobody) : 9}/oidc`
    authingGuard({ issuer: dead, appId, now: () => now })(request, response, next)
  })
  const site = serving(app)

  it('G17: a JWKS outage is a 503 with Retry-After, without a challenge and without the host or port', async () => {
    const token = tokenBy(key, { ...idClaims, iss: 'http://127.0.0.1:9/oidc' })
    const answer = await sendRaw(site.port, [`Authorization: Bearer ${token}`])
    expect(answer.status).toBe(503)
    expect(answer.challenge).toBeUndefined()
    expect(answer.text).toMatch(/^retry-after: ([1-9]|[12]\d|30)\r$/im)
    expect(answer.text).toMatch(/^cache-control: no-store\r$/im)
    for (const word of ['127.0.0.1', 'ECONNREFUSED', 'fetch failed', 'jwks', 'invalid_token', 'keys_unavailable']) {
      expect(answer.text).not.toContain(word)
    }
  })
})
