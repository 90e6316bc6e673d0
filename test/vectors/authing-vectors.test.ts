import { once } from 'node:events'
import { Agent, createServer, type RequestListener, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createGuard, GuardError, type OneApplication, type Reason } from 'authing-guard'
import { authingGuard, identityOf } from 'authing-guard/express'
import express, { type ErrorRequestHandler } from 'express'
import { afterAll, describe, expect, test } from 'vitest'
import vectors from './authing-signed-tokens.json' with { type: 'json' }
import { sampled } from '../support/scale.js'
import { bytesFlipped, isHttpText, reasonFor, textFlipped } from './bit-flips.js'

// Tokens that Authing itself signed, at a moment of their lives, through a real Express on loopback.

const agent = new Agent({ keepAlive: true, maxSockets: 8 })
const closing: (() => void)[] = [() => agent.destroy()]
afterAll(() => {
  for (const close of closing) close()
})

async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler)
  closing.push(() => {
    server.close()
    server.closeAllConnections()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

interface Answer {
  readonly status: number | undefined
  readonly challenge: string | undefined
  readonly body: unknown
}

function get(port: number, token: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    request({ host: '127.0.0.1', port, path: '/me', agent, headers }, async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      const { statusCode: status, headers } = response
      resolve({ status, challenge: headers['www-authenticate'], body: JSON.parse(text) })
    })
      .on('error', reject)
      .end()
  })
}

/** The same for many tokens, one request behind the other on one connection: a client of each one's own takes longest. */
async function getAll(port: number, tokens: readonly string[]): Promise<readonly Answer[]> {
  const lines = tokens.map((token, at) => {
    const end = at === tokens.length - 1 ? 'connection: close\r\n' : ''
    return `GET /me HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n${end}\r\n`
  })
  const socket = connect(port, '127.0.0.1')
  socket.setEncoding('latin1').write(lines.join(''), 'latin1')
  let text = ''
  for await (const chunk of socket) text += chunk
  const answers: Answer[] = []
  for (let at = 0; at < text.length; ) {
    const body = text.indexOf('\r\n\r\n', at) + 4
    const head = text.slice(at, body)
    const field = (name: string) => new RegExp(`^${name}: (.*)\\r$`, 'im').exec(head)?.[1]
    at = body + Number(field('content-length'))
    const status = Number(head.slice(9, 12))
    answers.push({ status, challenge: field('www-authenticate'), body: JSON.parse(text.slice(body, at)) })
  }
  return answers
}

/** Tells what the guard told the host. */
const tellReason: ErrorRequestHandler = (error, _, response, next) => {
  if (!(error instanceof GuardError)) next(error)
  else response.status(error.status).set(error.headers).json({ reason: error.reason })
}

type Vector = (typeof vectors.tokens)[number]

/** What a guard is told of a vector's application: its keys are on loopback, its clock stands in the token's life. */
async function optionsFor(vector: Vector, now = () => vector.validAt * 1000): Promise<OneApplication> {
  const port = await listen((_, response) => void response.end(JSON.stringify(vector.jwks)))
  const jwksUri = `http://127.0.0.1:${port}/jwks.json`
  const application = { issuer: vector.issuer, appId: vector.azp ?? vector.audience, jwksUri, now }
  return vector.azp === undefined ? application : { ...application, accessKeys: [vector.audience] }
}

/** The same with keys that are given: thousands of unknown kids would use up the fetches, and get 503. */
async function optionsWithKeys(vector: Vector): Promise<OneApplication> {
  const { jwksUri: _, ...options } = await optionsFor(vector)
  return { ...options, jwks: vector.jwks }
}

/** A host with one guarded route. */
async function hostWith(options: OneApplication): Promise<number> {
  const app = express().disable('etag').disable('x-powered-by')
  app.use(authingGuard(options))
  app.get('/me', (req, res) => void res.json(identityOf(req)))
  app.use(tellReason)
  return listen(app)
}

const wire = (reason: Reason) => (reason === 'invalid_request' ? [400, 'invalid_request'] : [401, 'invalid_token'])
const refused = (reason: Reason): Answer => {
  const [status, error] = wire(reason)
  return { status: Number(status), challenge: expect.stringContaining(`error="${error}"`), body: { reason } }
}
/** The same, without an expectation for each of thousands, which takes longer than their answers do. */
function isRefused(answer: Answer | undefined, reason: Reason): boolean {
  const [status, error] = wire(reason)
  const isChallenged = answer?.challenge?.includes(`error="${error}"`) === true
  return answer?.status === status && isChallenged && JSON.stringify(answer.body) === JSON.stringify({ reason })
}

const identities: Readonly<Record<string, object>> = {
  id_token: {
    kind: 'user',
    userId: '5f719946524ee1099229496b',
    tokenType: 'id_token',
    issuer: 'https://oidc1.authing.cn/oidc',
    appId: '5f17a529f64fb009b794a2ff',
    scopes: [],
    issuedAt: 1_601_449_959,
    expiresAt: 1_601_453_558,
  },
  machine_access_token: {
    kind: 'machine',
    clientId: '6050751aed0f29bf7723c7a8',
    tokenType: 'access_token',
    issuer: 'https://oidc1.authing.cn/oidc',
    appId: '5f17a529f64fb009b794a2ff',
    scopes: ['openid'],
    issuedAt: 1_619_530_834,
    expiresAt: 1_619_534_434,
  },
  user_token: {
    kind: 'user',
    userId: '6066b9070978e2873b2b4318',
    tokenType: 'user_token',
    issuer: 'https://bazooka1.authing.cn/oidc',
    appId: '600a8f4e37708b363024a3ca',
    userPoolId: '600a8f29cead8fc0127f9da6',
    scopes: [],
    issuedAt: 1_617_344_825,
    expiresAt: 1_618_554_425,
  },
}

test('there are three tokens, and an identity for each', () => {
  expect(vectors.tokens.map(({ type }) => type)).toEqual(Object.keys(identities))
})

describe.each(vectors.tokens)('the $type that Authing signed', (vector) => {
  const { token, type } = vector
  const end = Number(Reflect.get(identities[type] ?? {}, 'expiresAt'))

  test('says who calls', async () => {
    const port = await hostWith(await optionsFor(vector))
    expect(await get(port, token)).toEqual({ status: 200, challenge: undefined, body: identities[type] })
  })

  test('passes until five seconds after exp, and not from then on, whether or not the guard has seen it', async () => {
    let seconds = end + 4
    const options = await optionsFor(vector, () => seconds * 1000)
    const port = await hostWith(options)
    expect(await get(port, token)).toMatchObject({ status: 200 })
    // Twice, so that it is remembered.
    expect(await get(port, token)).toMatchObject({ status: 200 })
    for (seconds of [end + 5, end + 6]) {
      expect(await get(port, token)).toEqual(refused('expired_token'))
      expect(await get(await hostWith(options), token)).toEqual(refused('expired_token'))
    }
  })

  test('is refused for another appId and for another issuer', async () => {
    const options = await optionsFor(vector)
    const others = [
      [{ appId: '5f17a529f64fb009b794a2fe' }, 'wrong_audience'],
      [{ issuer: 'https://another.authing.cn/oidc' }, 'unknown_issuer'],
      [{ issuer: `${vector.issuer}/` }, 'unknown_issuer'],
    ] as const
    for (const [other, reason] of others) {
      expect(await get(await hostWith({ ...options, ...other }), token)).toEqual(refused(reason))
    }
  })

  test('is refused through HTTP with any one bit of its text flipped', async () => {
    const options = await optionsWithKeys(vector)
    const port = await hostWith(options)
    // From here on the host knows the header, and asks the signature before it reads the claims.
    expect(await get(port, token)).toMatchObject({ status: 200 })
    expect(textFlipped(token)).toHaveLength(token.length * 8)
    const flipped = sampled(textFlipped(token), 7)

    const sent = flipped.filter(isHttpText)
    expect(sent.length).toBeGreaterThan(0.8 * flipped.length)
    const answers = await getAll(port, sent)
    expect(answers).toHaveLength(sent.length)
    const otherwise = sent.flatMap((text, at) => {
      const reason = reasonFor(text, { good: token, knowsHeader: true })
      return isRefused(answers[at], reason) ? [] : [{ text, reason, answer: answers[at] }]
    })
    expect(otherwise).toEqual([])
    // A header carries no control character; a caller of verifyToken may still have one.
    const guard = createGuard(options)
    for (const text of flipped.filter((one) => !isHttpText(one))) {
      await expect(guard.verifyToken(text)).rejects.toMatchObject({ reason: 'invalid_request' })
    }
  }, 60_000)

  test('is refused with any one bit of what its segments say flipped', async () => {
    const options = await optionsWithKeys(vector)
    const [port, guard] = [await hostWith(options), createGuard(options)]
    const reasons = new Set<Reason>()
    const otherwise: object[] = []
    for (const [at, text] of sampled(bytesFlipped(token), 7).entries()) {
      // This guard never sees the good token, nor does this host.
      const reason = reasonFor(text, { good: token, knowsHeader: false })
      reasons.add(reason)
      const outcome = await guard.verifyToken(text).then(
        () => 'accepted',
        ({ reason }) => reason,
      )
      if (outcome !== reason) otherwise.push({ text, reason, outcome })
      if (at % 97 === 0) expect(await get(port, text)).toEqual(refused(reason))
    }
    const all = ['bad_signature', 'malformed_token', 'unknown_issuer', 'unknown_key', 'wrong_algorithm']
    expect(otherwise).toEqual([])
    expect([...reasons].sort()).toEqual(all)
    expect(await get(port, token)).toMatchObject({ status: 200 })
  })
})

test.each(vectors.tokens.filter(({ azp }) => azp !== undefined))(
  'the $type that Authing signed is refused until accessKeys names its aud',
  async (vector) => {
    const { accessKeys: _, ...options } = await optionsFor(vector)
    expect(await get(await hostWith(options), vector.token)).toEqual(refused('not_admitted'))
    const another = { ...options, accessKeys: [options.appId, 'another access key'] }
    expect(await get(await hostWith(another), vector.token)).toEqual(refused('not_admitted'))
  },
)
