import { authingGuard, identityOf } from 'authing-guard/express'
import { resourceMetadata as serveMetadata } from 'authing-guard/metadata'
import express from 'express'
import { describe, expect, it } from 'vitest'
import { keyPair, tokenBy } from '../support/forge.js'
import { sendRaw, serving } from '../support/http.js'
import { leakIn, secretsOf } from '../support/leaks.js'
import { challengeOf400, challengeOf401, idClaims, issuer, optionsWith, userId } from '../support/world.js'

// Threats of section E over real HTTP and Express. Headers that no parser has cleaned are in header.test.ts.

const key = keyPair('RS256', 'kid-1')
const good = tokenBy(key, idClaims)
const evil = tokenBy(keyPair('RS256', 'kid-1'), { ...idClaims, sub: 'evil' })
const secrets = secretsOf(good, ...secretsOf(evil), userId, 'dXNlcjpwYXNz')
const noCredentials = 'Bearer realm="authing"'

const app = express()
app.use(express.urlencoded({ extended: true }))
app.use(authingGuard(optionsWith([key.jwk])))
app.use((request, response) => {
  response.json({ hello: identityOf(request).kind })
})
const site = serving(app)

async function expectAnswer(
  lines: readonly string[],
  status: number,
  challenge: string,
  start?: string,
  body?: string,
) {
  const answer = await sendRaw(site.port, lines, start, body)
  expect(answer.status, lines.join(' | ').slice(0, 80)).toBe(status)
  expect(answer.challenge).toBe(challenge)
  expect(leakIn(answer.text, secrets)).toBeUndefined()
  expect(answer.text).toMatch(/^cache-control: no-store\r$/im)
  return answer
}
const admitted = async (lines: readonly string[], start?: string) => {
  const { status, body } = await sendRaw(site.port, lines, start)
  expect({ status, body }).toEqual({ status: 200, body: '{"hello":"user"}' })
}

describe('the Authorization header', () => {
  it('E1: an absent or empty Authorization header, or one of another scheme, gets a challenge without an error', async () => {
    await admitted([`Authorization: Bearer ${good}`])
    const others = [
      'Basic dXNlcjpwYXNz',
      'Digest username="a", realm="b"',
      `DPoP ${good}`,
      'Negotiate',
      `Token ${good}`,
    ]
    await expectAnswer([], 401, noCredentials)
    for (const value of ['', '   ', ...others, good, `Bearers ${good}`, `BearerX ${good}`, `${good} Bearer`]) {
      await expectAnswer([`Authorization: ${value}`], 401, noCredentials)
    }
  })

  it('E2: an Authorization header without exactly one token is malformed', async () => {
    const values = [
      ...['Bearer', 'bearer', 'Bearer ', `Bearer ${good} ${good}`, `Bearer ${good} x`, `Bearer a ${good}`],
      ...[`Bearer ${good},${evil}`, `Bearer ${good}, Bearer ${evil}`, `Basic dXNlcjpwYXNz, Bearer ${good}`],
      ...[
        `Bearer "${good}"`,
        `Bearer '${good}'`,
        `Bearer: ${good}`,
        `Bearer:${good}`,
        `Bearer\t${good}`,
        `Bearer=${good}`,
        `Bearer/${good}`,
      ],
      ...[`Bearer\xa0${good}`, `Bearer \t${good}`, `Bearer token="${good}"`, `Bearer ${good}\xa0`, `Bearer ${good};`],
      ...[`Bearer <${good}>`, `"Bearer ${good}"`, `,Bearer ${good}`, `: ${good}`, `Bearer, Bearer ${good}`, '\xe9'],
    ]
    for (const value of values) await expectAnswer([`Authorization: ${value}`], 400, challengeOf400)
  })

  it('E3: the Bearer scheme is accepted over HTTP in any case and with any number of spaces', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Bearer ', 'Bearer      ']) {
      await admitted([`Authorization: ${scheme} ${good}`])
    }
    await admitted([`AUTHORIZATION:Bearer ${good}`])
  })

  it('E4: two Authorization lines are refused, whichever holds the valid token', async () => {
    const lines = [`Bearer ${good}`, `Bearer ${evil}`, 'Basic dXNlcjpwYXNz', '', 'Bearer']
    for (const first of lines) {
      for (const second of lines) {
        for (const name of ['Authorization', 'authorization', 'AUTHORIZATION']) {
          const both = [`Authorization: ${first}`, 'X-Between: 1', `${name}: ${second}`]
          await expectAnswer(both, 400, challengeOf400)
        }
      }
    }
    await expectAnswer(Array(3).fill(`Authorization: Bearer ${good}`), 400, challengeOf400)
    await admitted([`Authorization: Bearer ${good}`, 'Authorizations: x', 'X-Authorization: x', 'authorizatioN2: x'])
  })

  it('every invalid token gets the same 401 challenge', async () => {
    for (const token of [evil, `${good}x`, 'x', good.slice(0, -9), `${good}.`, 'e30.e30.e30']) {
      await expectAnswer([`Authorization: Bearer ${token}`], 401, challengeOf401)
    }
  })
})

describe('a token in any other place', () => {
  it('E6: a token in the query string is ignored', async () => {
    for (const name of ['access_token', 'token', 'id_token', '_authing_token', 'authorization', 'Authorization']) {
      await expectAnswer([], 401, noCredentials, `GET /?${name}=${good} HTTP/1.1`)
      await expectAnswer([], 401, noCredentials, `GET /?${name}=Bearer%20${good} HTTP/1.1`)
    }
  })

  it('E7: a token in a form body is ignored', async () => {
    const form = `access_token=${good}`
    const lines = ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${form.length}`]
    await expectAnswer(lines, 401, noCredentials, 'POST / HTTP/1.1', form)
  })

  it('E8: a token in a cookie or another header is ignored', async () => {
    const names = ['Proxy-Authorization', 'X-Authorization', 'X-Forwarded-Authorization', 'X-Access-Token', 'Token']
    for (const name of names) await expectAnswer([`${name}: Bearer ${good}`], 401, noCredentials)
    for (const name of ['access_token', '_authing_token', 'Authorization']) {
      await expectAnswer([`Cookie: ${name}=${good}`], 401, noCredentials)
    }
    await expectAnswer([`X-Original-Authorization: Bearer ${good}`, 'Authorization_: Bearer x'], 401, noCredentials)
  })
})

describe('the whole site', () => {
  it('E9: the guard checks requests of every HTTP method', async () => {
    const cors = ['Origin: https://evil.example', 'Access-Control-Request-Method: GET']
    const preflight = [...cors, 'Access-Control-Request-Headers: authorization']
    for (const method of ['OPTIONS', 'HEAD', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND']) {
      await expectAnswer(preflight, 401, noCredentials, `${method} / HTTP/1.1`)
      await expectAnswer([...preflight, `Authorization: Bearer ${evil}`], 401, challengeOf401, `${method} / HTTP/1.1`)
    }
    await admitted([`Authorization: Bearer ${good}`], 'OPTIONS / HTTP/1.1')
    const override = ['X-HTTP-Method-Override: OPTIONS', 'X-Original-Method: OPTIONS']
    await expectAnswer(override, 401, noCredentials)
  })

  it('E10: CR, LF, NUL and folded header lines are refused by Node', async () => {
    const folded = [`Bearer\r\n ${good}`, `\r\n Bearer ${good}`, `Bearer ${good}\r\n\tx`]
    const control = ['Bearer a\rb', 'Bearer a\nb', 'Bearer a\0b', 'Bearer a\x01b', 'Bearer a\x7fb', `Bearer ${good}\0`]
    for (const value of [...folded, ...control]) {
      const { status, text } = await sendRaw(site.port, [`Authorization: ${value}`])
      expect(status, JSON.stringify(value.slice(0, 20))).toBe(400)
      expect(leakIn(text, secrets)).toBeUndefined()
    }
    const spaced = await sendRaw(site.port, [`Authorization : Bearer ${good}`])
    expect(spaced.status).toBe(400)
    // A line that a loose parser would split in two is the value of another header.
    await expectAnswer([`X-Note: a, Authorization: Bearer ${good}`], 401, noCredentials)
  })

  it('E11: a header of more than 16 KiB is refused by Node', async () => {
    const { status } = await sendRaw(site.port, [`Authorization: Bearer ${'a'.repeat(17_000)}`])
    expect(status).toBe(431)
  })

  it('E13: the guard checks every path, however it is spelled', async () => {
    const paths = [
      '/public',
      '//public/..',
      '/public/../admin',
      '/PUBLIC',
      '/%70ublic',
      '/public%2f..%2fadmin',
      '/a;/public',
    ]
    for (const path of [...paths, '/health', '/favicon.ico', '/.well-known/jwks.json', '*', '/login', '/?public']) {
      await expectAnswer([], 401, noCredentials, `${path === '*' ? 'OPTIONS' : 'GET'} ${path} HTTP/1.1`)
    }
    for (const option of ['unless', 'exclude', 'publicPaths', 'skip', 'path', 'credentialsRequired']) {
      expect(() => authingGuard(optionsWith([key.jwk], { [option]: ['/public'] }))).toThrow(`no option ${option}`)
    }
  })

  it('E14: the challenge contains nothing from Host or from forwarding headers', async () => {
    const lines = ['X-Forwarded-Host: evil.example', 'Forwarded: host=evil.example', 'X-Forwarded-Proto: gopher']
    const { text } = await expectAnswer(lines, 401, noCredentials, 'GET http://evil.example/ HTTP/1.1')
    const other = await expectAnswer([...lines, `Authorization: Bearer ${evil}`], 401, challengeOf401)
    for (const answer of [text, other.text]) expect(answer).not.toMatch(/evil|gopher|localhost|127\.0\.0\.1/)
    const resourceMetadata = 'https://api.example.com/.well-known/oauth-protected-resource'
    const named = authingGuard(optionsWith([key.jwk], { resourceMetadata }))
    let refusal: unknown
    named({ headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } as object }, {}, (error) => {
      refusal = error
    })
    const challenge = `${noCredentials}, resource_metadata="${resourceMetadata}"`
    expect(refusal).toHaveProperty('headers', expect.objectContaining({ 'WWW-Authenticate': challenge }))
  })
})

describe('the metadata document', () => {
  const resourceMetadata = { resource: 'https://api.example.com/mcp' }
  const guard = authingGuard(optionsWith([key.jwk], { resourceMetadata }))
  const metadata = serveMetadata(guard)
  const api = serving(express().use(metadata).use(guard))
  const path = '/.well-known/oauth-protected-resource/mcp'
  const hostile = ['X-Forwarded-Host: evil.example', 'Forwarded: host=evil.example', 'X-Original-Url: /evil']

  it('E15: the metadata document contains nothing from Host or from forwarding headers', async () => {
    const { status, body, text } = await sendRaw(api.port, hostile, `GET ${path}?evil HTTP/1.1`)
    expect(status).toBe(200)
    expect(JSON.parse(body)).toEqual({
      resource: resourceMetadata.resource,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
    })
    expect(text).not.toMatch(/evil|localhost|127\.0\.0\.1/)
  })

  it('E16: serving the metadata document lets no other request past the guard, however its path is spelled', async () => {
    const others = ['/x', '/../../mcp', '/..', ';x', '%00', '%3F', '%2f..', '\\..', '#x', '&x']
    const paths = others.map((other) => path + other)
    for (const other of [...paths, `http://evil.example${path}`, `/mcp?${path}`, `/mcp#${path}`, `//${path}`, '/']) {
      const { status, challenge } = await sendRaw(api.port, hostile, `GET ${other} HTTP/1.1`)
      expect([status, challenge?.includes('resource_metadata=')], other).toEqual([401, true])
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'TRACE', 'get']) {
      const { status } = await sendRaw(api.port, ['Content-Length: 0'], `${method} ${path} HTTP/1.1`)
      expect(status, method).toBe(method === 'get' ? 400 : 405)
    }
  })
})
