import { validateHeaderValue } from 'node:http'
import { inspect } from 'node:util'
import { createGuard, errorResponse, type GuardError, type GuardEvent, type Reason } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import type { reasons } from '../../src/common/reasons.js'
import { compact, keyPair, signer, tokenBy } from '../support/forge.js'
import { leakIn, secretsOf, tracesOf } from '../support/leaks.js'
import {
  accessClaims,
  appId,
  challengeOf401,
  idClaims,
  issuer,
  machineClaims,
  now,
  refusalOf,
  today,
  without,
  worldWith,
} from '../support/world.js'

// Threats of section J. Of a token, a log may contain iss, aud, azp, alg, kid, typ and the times, and nothing else.

const key = keyPair('RS256', 'kid-1')
const secret = 'the secret of the application, of more than 32 bytes'
const person = {
  sub: 'user-of-secrets',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  phone_number: '+8613800138000',
}
const personal = {
  ...idClaims,
  ...person,
  data: { id: 'user-of-secrets', username: 'ada-l' },
  address: { street: '北京路' },
}
const plain = { ...without(personal, 'data') }
const told = [...Object.values(person), 'ada-l', '北京路', secret, secret.slice(0, 16)]

const sign = signer('RS256', key.privateKey)
const by = (claims: object, header: object = {}) => tokenBy(key, claims, header)
const broken = (name: string, value: unknown) => by({ ...personal, [name]: value })

/** The reasons that lie in the token itself: all that answer `invalid_token`, but for what only others know. */
type TokenReason = Exclude<
  { [Name in Reason]: (typeof reasons)[Name]['error'] extends 'invalid_token' ? Name : never }[Reason],
  'inactive_token' | 'revoked_token'
>

/** A token for each of them, with a person in it. */
const refusals: Readonly<Record<TokenReason, readonly string[]>> = {
  malformed_token: [
    ...[
      by(plain, { crit: ['x'] }),
      by(plain, { jku: `https://evil.example/${person.sub}` }),
      by(plain, { kid: [person.sub] }),
    ],
    ...[
      by(plain, { typ: 'logout+jwt' }),
      by(plain, { cty: 'JWT' }),
      `${by(plain)}.x`,
      compact({ alg: 'RS256' }, '[]', sign),
    ],
    ...[by({ ...plain, fill: 'x'.repeat(20_000) }), by(plain).slice(1), `.${by(plain)}`],
  ],
  encrypted_token: [by(plain, { enc: 'A256GCM' }), `${by(plain)}.${'A'.repeat(40)}.AAAA`],
  unknown_issuer: [
    broken('iss', 'https://evil.example'),
    by(without(personal, 'iss')),
    broken('iss', { id: person.sub }),
  ],
  wrong_algorithm: [by(plain, { alg: 'none' }), by(plain, { alg: 'PS256' }), by(plain, { alg: { id: person.sub } })],
  unknown_key: [by(plain, { kid: 'kid-2' }), tokenBy({ ...key, kid: 'kid-3' }, personal)],
  bad_signature: [`${by(plain).slice(0, -8)}AAAAAAAA`, compact({ alg: 'HS256' }, plain, signer('HS256', 'guess'))],
  expired_token: [broken('exp', today - 60), by({ ...plain, exp: 1 })],
  not_yet_valid: [broken('nbf', today + 600), broken('iat', today + 600)],
  wrong_audience: [broken('aud', 'another'), broken('aud', { id: person.sub }), broken('aud', [appId, 'another'])],
  wrong_claim: [
    ...[broken('sub', [person.sub]), broken('sub', ''), broken('cnf', { jkt: person.sub }), broken('exp', null)],
    ...[broken('data', { id: 'another-user' }), broken('scoped_userpool_id', person.sub), by(without(plain, 'sub'))],
    ...[broken('tenant_id', 7), broken('userpool_id', [person.sub]), broken('jti', { id: person.sub })],
  ],
  not_admitted: [by({ ...machineClaims, ...person }), by({ ...without(machineClaims, 'sub'), email: person.email })],
}

async function collect(): Promise<{ errors: GuardError[]; events: GuardEvent[]; tokens: readonly string[] }> {
  const { guard, events } = worldWith([key.jwk], { appSecret: secret })
  await guard.verifyToken(by(plain))
  const tokens = Object.values(refusals).flat()
  const errors: GuardError[] = []
  for (const token of tokens) errors.push(await refusalOf(guard.authenticate(`Bearer ${token}`)))
  return { errors, events, tokens }
}

describe('a refusal', () => {
  it('J2: the response is identical for every defect of a token', async () => {
    const { guard } = worldWith([key.jwk], { appSecret: secret })
    await guard.verifyToken(by(plain))
    const wires = new Set<string>()
    for (const [reason, tokens] of Object.entries(refusals)) {
      for (const token of tokens) {
        const error = await refusalOf(guard.authenticate(`Bearer ${token}`))
        expect(error.reason, error.detail).toBe(reason)
        wires.add(JSON.stringify([errorResponse(error), error.message, await error.getResponse().text()]))
      }
    }
    const body = {
      error: 'invalid_token',
      error_description: 'The access token is malformed, expired, or not valid here.',
    }
    const headers = { 'Cache-Control': 'no-store', 'WWW-Authenticate': challengeOf401 }
    expect(wires.size).toBe(1)
    expect(JSON.parse([...wires][0] ?? '')).toEqual([
      { status: 401, headers, body },
      body.error_description,
      JSON.stringify(body),
    ])
  })

  it('J4: a GuardError contains no part of the token, the claims or a secret in any property or representation', async () => {
    const { errors, events, tokens } = await collect()
    for (const [at, error] of errors.entries()) {
      const secrets = secretsOf(tokens[at] ?? '', ...told)
      expect(leakIn(tracesOf(error, events), secrets), `${error.reason}: ${error.detail}`).toBeUndefined()
    }
    expect(events.filter(({ type }) => type === 'refused')).toHaveLength(tokens.length)
    expect(tokens.length).toBeGreaterThan(30)
  })

  it('J4: a GuardError about a malformed header does not contain the header', async () => {
    const { guard, events } = worldWith([key.jwk])
    const token = by(plain)
    const headers = [
      token,
      `Basic ${token}`,
      `Bearer ${token} ${token}`,
      `Bearer "${token}"`,
      `Bearer\t${token}`,
      `"${token}`,
    ]
    for (const header of headers) {
      const error = await refusalOf(guard.authenticate(header))
      expect(leakIn(tracesOf(error, events), secretsOf(token, ...told))).toBeUndefined()
    }
  })

  it('J4: a GuardError about a missing scope does not contain the claims of the caller', async () => {
    const { guard, events } = worldWith([key.jwk])
    const token = by({ ...accessClaims, ...person, scope: 'personal:scope' })
    const error = await refusalOf(guard.require({ scope: 'book:read' }).verifyToken(token))
    expect(error.status).toBe(403)
    expect(leakIn(tracesOf(error, events), secretsOf(token, ...told, 'personal:scope'))).toBeUndefined()
  })

  it('J3: the response to an outage does not name the endpoint, and the error holds no token', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:443'), { code: 'ECONNREFUSED' })
    const events: GuardEvent[] = []
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }))
    const guard = createGuard({ issuer, appId, fetch, now: () => now, onEvent: (event) => events.push(event) })
    const token = by(plain)
    const error = await refusalOf(guard.authenticate(`Bearer ${token}`))
    const wire = JSON.stringify([errorResponse(error), error.message, error, await error.getResponse().text()])
    expect(wire).not.toMatch(/10\.0\.0\.5|443|ECONN|authing\.cn|jwks/)
    expect(leakIn(tracesOf(error, events), secretsOf(token, ...told))).toBeUndefined()
    expect(Object.keys(error)).not.toContain('cause')
    expect(error.detail).toMatch(/^could not reach https:\/\/my-app\.authing\.cn\/oidc\/\.well-known\/jwks\.json/)
    expect(error.detail).not.toContain('10.0.0.5')
  })
})

describe('attacker text', () => {
  const hostile = [
    ...[
      'a\r\nSet-Cookie: session=evil',
      'a"\\, Bearer realm="evil"',
      '\u001b[2Jevil',
      '\u0000evil',
      '北京evil',
      '\u{1f600}evil',
    ],
    ...[
      '\u202eevil',
      '\u2028evil',
      '\u0085evil',
      '\ud800evil',
      '\u007fevil',
      `${'e'.repeat(63)}vil`,
      '<script>evil</script>',
    ],
  ]
  const carriers = (text: string) => [
    ...[by(plain, { alg: text }), by(plain, { kid: text }), by(plain, { typ: text }), by(plain, { enc: text })],
    ...[
      by({ ...plain, iss: text }),
      by({ ...plain, aud: text }),
      by({ ...plain, exp: text }),
      by({ ...plain, sub: text }, { typ: 'x' }),
    ],
    ...[
      by({ ...machineClaims, aud: text, azp: text }),
      by({ ...accessClaims, scope: text, aud: [text] }),
      by({ ...plain, nbf: text }),
    ],
    ...[
      by(plain, { [text]: 1, crit: [text] }),
      by({ ...plain, cnf: text }),
      by({ ...plain, iss: issuer, data: { id: text } }),
    ],
  ]

  it.each(hostile)('J1: text from the token never reaches a response header or body: %j', async (text) => {
    const { guard } = worldWith([key.jwk])
    for (const token of carriers(text)) {
      const error = await refusalOf(guard.authenticate(`Bearer ${token}`))
      const { headers, body } = errorResponse(error)
      expect(JSON.stringify([headers, body])).not.toContain('evil')
      for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value)
      expect(error.getResponse().headers.get('www-authenticate')).toBe(challengeOf401)
    }
  })

  it.each(hostile)('J5: text from the token reaches a log only escaped and cut to 64 characters: %j', async (text) => {
    const { guard, events } = worldWith([key.jwk])
    for (const token of carriers(text)) await refusalOf(guard.authenticate(`Bearer ${token}`))
    const details = events.flatMap((event) => (event.type === 'refused' ? [event.detail] : []))
    expect(details).toHaveLength(carriers(text).length)
    for (const detail of details) {
      expect(detail).toMatch(/^[\x20-\x7e]+$/)
      if (text.length > 64) expect(detail).not.toContain(text)
    }
    const logged = inspect(events, { depth: 9 })
    for (const control of ['\u001b', '\u202e', '\u2028', '\r']) expect(logged).not.toContain(control)
  })

  it('J5: a value from the token is quoted in the detail by its first 64 characters', async () => {
    const { guard } = worldWith([key.jwk])
    const kid = `\n${'k'.repeat(200)}`
    const { detail } = await refusalOf(guard.verifyToken(by(plain, { kid })))
    expect(detail).toBe(`kid "\\n${'k'.repeat(63)}" is not a key of the issuer`)
  })
})
