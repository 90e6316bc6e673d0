import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type Answer,
  activeReply,
  clientSecret,
  issuerThat,
  type Options,
  opaqueToken,
  opaqueTokens,
  status,
} from '../introspection/issuer.js'
import { closed, listening, portOf } from '../support/http.js'
import { leakIn, secretsOf, tracesOf } from '../support/leaks.js'
import { appId, expect401, refusalOf, today, userId, without } from '../support/world.js'

// Threats of section H: introspection (RFC 7662) over real HTTP.

const saying = (reply: object, options: Options = {}) => issuerThat(() => reply, options)

describe('the active member', () => {
  it('H1: a token is active when `active` is true', async () => {
    const { guard } = await saying(activeReply)
    await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ userId, tokenType: 'opaque' })
  })

  it.each([false, 'true', 1, null, [true], {}])('H1: a token is inactive when `active` is %j', async (active) => {
    const { guard } = await saying({ ...activeReply, active })
    await expect401(guard, opaqueToken, 'inactive_token')
  })

  it('H1: a token is inactive when `active` is missing or inherited from a prototype', async () => {
    await expect401((await saying(without(activeReply, 'active'))).guard, opaqueToken, 'inactive_token')
    const nested = await issuerThat(() => (response) => {
      response.writeHead(200).end(JSON.stringify(activeReply).replace('"active":true', '"__proto__":{"active":true}'))
    })
    await expect401(nested.guard, opaqueToken, 'inactive_token')
  })
})

describe('the subject of a reply', () => {
  it.each([
    ['another client', { client_id: '600a8f4e37708b363024a3ca' }, 'wrong_audience'],
    ['no client', { client_id: undefined }, 'wrong_audience'],
    ['several clients', { client_id: [appId] }, 'wrong_claim'],
    ['another audience', { aud: 'https://other.example' }, 'wrong_audience'],
    ['other audiences', { aud: ['https://other.example', 'x'] }, 'wrong_audience'],
    ['an audience that is none', { aud: { $ne: null } }, 'wrong_audience'],
  ])('H2: a reply for %s is refused', async (_, members, reason) => {
    await expect401((await saying({ ...activeReply, ...members })).guard, opaqueToken, reason)
    const { guard, access } = await saying({ ...activeReply, ...members }, { introspection: { when: 'always' } })
    await expect401(guard, access(), reason)
  })

  it.each([{ aud: appId }, { aud: ['x', appId] }, { iss: 'https://core.authing.cn/oauth' }])(
    'H2: a reply for this application is accepted with %j',
    async (members) => {
      const { guard } = await saying({ ...activeReply, ...members })
      await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ appId })
    },
  )

  it.each([
    ['sub', 'somebody else'],
    ['jti', 'another'],
  ])('H2: a reply about a JWT must not have another %s than the token', async (name, other) => {
    const { guard, access } = await saying({ ...activeReply, [name]: other }, { introspection: { when: 'always' } })
    await expect401(guard, access(), 'wrong_claim')
    const same = await saying(without(activeReply, name), { introspection: { when: 'always' } })
    await expect(same.guard.verifyToken(same.access())).resolves.toMatchObject({ userId })
  })
})

describe('the validity of an active reply', () => {
  it.each([
    ['exp that has passed', { exp: today - 6 }, 'expired_token'],
    ['exp of now, without tolerance', { exp: today }, 'expired_token'],
    ['exp as text', { exp: String(today + 3600) }, 'wrong_claim'],
    ['exp without end', { exp: 1e300 }, 'wrong_claim'],
    ['no exp', { exp: undefined }, 'wrong_claim'],
    ['exp of null', { exp: null }, 'wrong_claim'],
    ['nbf to come', { nbf: today + 61 }, 'not_yet_valid'],
    ['iat to come', { iat: today + 61 }, 'not_yet_valid'],
    ['nbf as text', { nbf: '0' }, 'wrong_claim'],
  ])('H3: an active reply with %s is refused', async (_, members, reason) => {
    const clockTolerance = _.includes('tolerance') ? 0 : undefined
    const { guard } = await saying({ ...activeReply, ...members }, { clockTolerance })
    const { detail } = await expect401(guard, opaqueToken, reason)
    expect(detail).toMatch(/^the introspection reply: /)
  })

  it.each([
    ['sub', { $ne: null }],
    ['sub', ''],
    ['sub', 7],
    ['sub', [userId]],
    ['scope', ['book:read']],
    ['jti', {}],
    ['tenant_id', 7],
    ['cnf', { jkt: 'x' }],
    ['scoped_userpool_id', 'pool'],
  ])('H3: an active reply with a %s of %j is refused', async (name, value) => {
    const { guard } = await saying({ ...activeReply, [name]: value })
    await expect401(guard, opaqueToken, 'wrong_claim')
  })

  it.each(['refresh_token', 'RefreshToken', '', 'Bearer ', 'DPoP', undefined, null, ['Bearer']])(
    'H3: an active reply with token_type %j is refused',
    async (token_type) => {
      const { guard } = await saying({ ...activeReply, token_type })
      await expect401(guard, opaqueToken, 'not_admitted')
    },
  )

  it.each(['Bearer', 'bearer', 'access_token', 'client_credentials'])(
    'H3: an active reply with token_type %s is accepted',
    async (token_type) => {
      const { guard } = await saying({ ...activeReply, token_type })
      await expect(guard.verifyToken(opaqueToken)).resolves.toMatchObject({ userId })
    },
  )
})

const outage = async (answer: Answer, options: Options = {}) => {
  const world = await issuerThat(() => answer, options)
  const error = await refusalOf(world.guard.verifyToken(opaqueToken))
  expect(error).toMatchObject({ status: 503, reason: 'introspection_unavailable' })
  expect(error.headers).toEqual({ 'Cache-Control': 'no-store', 'Retry-After': '1' })
  const [event] = world.events
  return { error, event, ...world }
}

describe('client authentication', () => {
  it.each([401, 403, 400])(
    'H4: a client authentication that is answered with %i is an outage, and the event names the wrong setting',
    async (code) => {
      const { event, error } = await outage(status(code, { error: 'invalid_client' }))
      expect(event).toMatchObject({ type: 'introspection_failed', appId })
      expect(event).toHaveProperty(
        'error',
        expect.stringMatching(/the clientSecret or clientAuth of introspection is wrong/),
      )
      expect(event).toHaveProperty('error', expect.stringContaining('Authing console > Applications'))
      expect(error.detail).toContain(`answered ${code}`)
    },
  )
})

describe('an outage of the endpoint', () => {
  it.each<[string, Answer]>([
    ['fails', status(500)],
    ['is overloaded', status(429)],
    ['is gone', status(404)],
    ['answers a page', (response) => response.writeHead(200).end('<!doctype html>')],
    ['answers nothing', (response) => response.writeHead(200).end()],
    ['has no content', (response) => response.writeHead(204).end()],
    ['answers a list', [activeReply]],
    ['answers null', (response) => response.writeHead(200).end('null')],
    ['answers a text', (response) => response.writeHead(200).end('"active"')],
    ['answers too much', { ...activeReply, more: 'x'.repeat(16_384) }],
    [
      'answers too much, once it is inflated',
      (response) =>
        response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(JSON.stringify({ ...activeReply, more: 'x'.repeat(50_000_000) }))),
    ],
    ['answers several at once', (response) => response.writeHead(200).end(JSON.stringify(activeReply).repeat(2))],
    ['hangs up', (response) => response.destroy()],
  ])('H5: an introspection endpoint that %s is an outage', async (_, answer) => {
    const { events } = await outage(answer)
    expect(events.map(({ type }) => type)).toEqual(['introspection_failed', 'refused'])
  })

  it.each<[string, Answer]>([
    ['never answers', () => {}],
    ['never ends its answer', (response) => response.writeHead(200).write('{"active":')],
    [
      'drips',
      (response) => {
        response.writeHead(200)
        const drop = setInterval(() => response.write(' '), 5)
        response.once('close', () => clearInterval(drop))
      },
    ],
  ])('H5: an introspection endpoint that %s is an outage within the timeout', async (_, answer) => {
    const started = performance.now()
    const { event } = await outage(answer, { introspection: { timeout: 0.05 } })
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(event).toHaveProperty('error', expect.stringMatching(/did not answer within 0.05 s$/))
  })

  it('H5: a custom fetch that returns no response is an outage', async () => {
    const { guard } = await saying({}, { fetch: async () => undefined })
    const error = await refusalOf(guard.verifyToken(opaqueToken))
    expect(error).toMatchObject({ status: 503, reason: 'introspection_unavailable' })
    expect(error.detail).toMatch(/^the fetch option did not return a web Response for .*: it returned undefined$/)
  })

  it('a custom fetch whose busy answer has no headers is an outage', async () => {
    const { guard } = await saying({}, { fetch: async () => ({ status: 429, body: null }) })
    const error = await refusalOf(guard.verifyToken(opaqueToken))
    expect(error).toMatchObject({ status: 503, reason: 'introspection_unavailable' })
    expect(error.detail).toMatch(/\/oidc\/token\/introspection could not be asked$/)
  })

  it('H5: a redirect of the introspection endpoint is an outage and is not followed with the token or the secret', async () => {
    let reached = 0
    const elsewhere = createServer((_, response) => {
      reached++
      response.end(JSON.stringify(activeReply))
    })
    await listening(elsewhere)
    onTestFinished(() => closed(elsewhere))
    const location = `http://127.0.0.1:${portOf(elsewhere)}/`
    for (const code of [301, 302, 303, 307, 308]) {
      const { event } = await outage(status(code, {}, { location }))
      expect(event).toHaveProperty('error', expect.stringContaining(`answered ${code}`))
    }
    expect(reached).toBe(0)
  })
})

describe('the introspection cache', () => {
  it('H6: a cached active reply is used for 10 seconds, and then a revoked token is refused', async () => {
    let active = true
    const { guard, asked, pass } = await issuerThat(() => ({ ...activeReply, active }))
    await guard.verifyToken(opaqueToken)
    active = false
    pass(9.999)
    await guard.verifyToken(opaqueToken)
    expect(asked).toHaveLength(1)
    pass(0.001)
    await expect401(guard, opaqueToken, 'inactive_token')
    expect(asked).toHaveLength(2)
  })

  it.each([0, 3, 60])('H6: a cached active reply is used for as many seconds as configured: %d', async (seconds) => {
    let active = true
    const { guard, asked, pass } = await issuerThat(() => ({ ...activeReply, active }), {
      introspection: { cacheSeconds: seconds },
    })
    await guard.verifyToken(opaqueToken)
    active = false
    if (seconds > 0) {
      pass(seconds - 0.001)
      await guard.verifyToken(opaqueToken)
      pass(0.001)
    }
    expect(asked).toHaveLength(1)
    await expect401(guard, opaqueToken, 'inactive_token')
    expect(asked).toHaveLength(2)
  })

  it('H6: a cached active reply is not used after the clock was set back', async () => {
    let active = true
    const { guard, pass } = await issuerThat(() => ({ ...activeReply, active }))
    await guard.verifyToken(opaqueToken)
    active = false
    pass(-1)
    await expect401(guard, opaqueToken, 'inactive_token')
  })

  it('H6: a cached active reply is not used after the token has expired', async () => {
    let active = true
    const { guard, pass } = await issuerThat(() => ({ ...activeReply, exp: today + 3, active }))
    await guard.verifyToken(opaqueToken)
    active = false
    pass(2.999)
    await guard.verifyToken(opaqueToken)
    pass(0.001)
    await expect401(guard, opaqueToken, 'inactive_token')
  })
})

describe('the cache key', () => {
  it('H7: tokens with the same beginning and end are introspected separately', async () => {
    const [one, other] = ['a'.repeat(500), `${'a'.repeat(250)}b${'a'.repeat(249)}`]
    const { guard, tokens } = await issuerThat(({ form }) => ({ ...activeReply, active: form.get('token') === one }))
    await expect(guard.verifyToken(one)).resolves.toMatchObject({ userId })
    await expect401(guard, other, 'inactive_token')
    await expect401(guard, `${one}a`, 'inactive_token')
    expect(tokens()).toEqual([one, other, `${one}a`])
  })
})

describe('the rate limit', () => {
  it('H8: introspection of unknown tokens has a rate limit where maxRate gives one, and over it they get 503 without a call', async () => {
    const { guard, asked } = await issuerThat(() => ({ active: false }), {
      introspection: { maxRate: 10, maxConcurrency: 1000 },
    })
    const verdicts = await Promise.all(opaqueTokens(1, 3000).map((token) => refusalOf(guard.verifyToken(token))))
    expect(asked).toHaveLength(100)
    expect(verdicts.filter(({ status }) => status === 401)).toHaveLength(100)
    const refused = verdicts.filter(({ status }) => status === 503)
    expect(refused).toHaveLength(2900)
    for (const { headers, detail } of refused) {
      expect(headers['Retry-After']).toBe('1')
      expect(detail).toBe('too many calls about tokens that were not active before; retry later')
    }
  })

  it('H8: concurrent and repeated requests with one token cause a single introspection call', async () => {
    const { guard, asked } = await issuerThat(() => activeReply)
    await Promise.all(Array.from({ length: 50 }, () => guard.verifyToken(opaqueToken)))
    expect(asked).toHaveLength(1)
    const bad = await issuerThat(() => ({ active: false }))
    await Promise.all(Array.from({ length: 50 }, () => expect401(bad.guard, opaqueToken, 'inactive_token')))
    for (let turn = 0; turn < 50; turn++) await expect401(bad.guard, opaqueToken, 'inactive_token')
    expect(bad.asked).toHaveLength(1)
  })
})

describe('the client secret', () => {
  it('H9: a client secret of any characters arrives unchanged in the body and in the header', async () => {
    const secret = 'a:b/c+d%e f&g=h~é'
    const post = await saying(activeReply, { introspection: { clientSecret: secret } })
    await post.guard.verifyToken(opaqueToken)
    expect(post.asked[0]?.form.get('client_secret')).toBe(secret)
    expect(post.asked[0]?.headers).not.toHaveProperty('authorization')
    const basic = await saying(activeReply, {
      introspection: { clientSecret: secret, clientAuth: 'client_secret_basic' },
    })
    await basic.guard.verifyToken(opaqueToken)
    const [question] = basic.asked
    const pair = Buffer.from(question?.headers.authorization?.slice(6) ?? '', 'base64').toString()
    expect(pair).toBe(`${appId}:a%3Ab%2Fc%2Bd%25e+f%26g%3Dh%7E%C3%A9`)
    expect(question?.form.has('client_id')).toBe(false)
    expect(question?.form.has('client_secret')).toBe(false)
  })
})

describe('confidentiality', () => {
  it('H10: the token is sent only in the body of a POST', async () => {
    const { guard, asked } = await saying(activeReply)
    await guard.verifyToken(opaqueToken)
    const [question] = asked
    expect(question).toMatchObject({ method: 'POST', url: '/oidc/token/introspection' })
    expect(question?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(question?.form.get('token')).toBe(opaqueToken)
    expect(JSON.stringify(question?.headers)).not.toContain(opaqueToken)
  })

  it('H10: no error or event contains the token, the secret or the content of the reply', async () => {
    const digest = createHash('sha256').update(opaqueToken).digest('base64')
    const secrets = secretsOf(opaqueToken, clientSecret, encodeURIComponent(clientSecret), digest, userId, 'Mole')
    const replies: Answer[] = [
      { ...activeReply, active: false, name: 'Mole' },
      { ...activeReply, name: 'Mole', sub: { Mole: userId } },
      { ...activeReply, name: 'Mole', token_type: 'Mole' },
      { ...activeReply, name: 'Mole', client_id: 'Mole' },
      status(401, { error: opaqueToken }),
      status(500, { error: clientSecret }),
      (response) => response.writeHead(200).end(opaqueToken),
    ]
    for (const reply of replies) {
      const { guard, events } = await saying(reply)
      const error = await refusalOf(guard.verifyToken(opaqueToken))
      expect(leakIn(tracesOf(error, events), secrets)).toBeUndefined()
    }
  })

  it('H10: an error thrown by a custom fetch does not expose the token or the secret', async () => {
    const fetch = async (_: string, init: object) => {
      throw Object.assign(new TypeError('fetch failed'), { config: init })
    }
    const { guard, events } = await saying({}, { fetch })
    const error = await refusalOf(guard.verifyToken(opaqueToken))
    expect(error.status).toBe(503)
    expect(leakIn(tracesOf(error, events), secretsOf(opaqueToken, 'App+Secret'))).toBeUndefined()
  })
})

describe('tokens that fail local verification', () => {
  it('H11: a token that fails local verification is never introspected', async () => {
    const { guard, access, asked, issuer } = await saying(activeReply, { introspection: { when: 'always' } })
    const good = access()
    const [header = '', claims = '', signature = ''] = good.split('.')
    const bad = [
      `${header}.${claims}.${signature.slice(0, -4)}AAAA`,
      `${header}.${claims}.`,
      `${header}.${claims}`,
      `${header}..${signature}`,
      header,
      claims,
      `${header.slice(0, 30)}`,
      `${good}.`,
      `${header}.${claims}.${signature}.${claims}.${signature}`,
      access({ exp: today - 3600 }),
      access({ iss: `${issuer}x` }),
      access({ aud: 'another' }),
      'short',
      'x'.repeat(1025),
      `${opaqueToken}.`,
      `${opaqueToken.slice(1)}=a`,
    ]
    for (const token of bad) expect((await refusalOf(guard.verifyToken(token))).status, token).toBeLessThan(500)
    expect(asked).toEqual([])
    await expect(guard.verifyToken(good)).resolves.toMatchObject({ userId })
    expect(asked).toHaveLength(1)
  })
})
