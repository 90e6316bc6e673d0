import { authingGuard } from 'authing-guard/express'
import { describe, expect, it } from 'vitest'
import { leakIn, secretsOf, tracesOf } from '../support/leaks.js'
import { quickest } from '../support/quickest.js'
import { challengeOf400, home, idClaims, refusalOf, userId, without } from '../support/world.js'

// Threats of section E through the function adapter, where no HTTP parser has cleaned the headers.

const { guard, token, events } = home()
const bare = home({ bearerPrefix: 'optional' })
const good = token()
const secrets = secretsOf(good, userId)

async function refused(header: unknown, statuses: readonly number[], by = guard) {
  const error = await refusalOf(by.authenticate(header as string))
  expect(statuses, `${String(header).slice(0, 60)}: ${error.detail}`).toContain(error.status)
  expect(leakIn(tracesOf(error, events), secrets)).toBeUndefined()
  if (error.status === 400) expect(error.headers['WWW-Authenticate']).toBe(challengeOf400)
  return error
}

describe('a header', () => {
  it.each([undefined, null, '', 'Basic dXNlcjpwYXNz', 'basic', 'DPoP x', 'Digest a="b", c="d"', 'token'])(
    'E1: the Authorization header %j counts as missing credentials',
    async (header) => {
      const { headers, reason } = await refused(header, [401])
      expect(reason).toBe('missing_token')
      expect(headers).toEqual({ 'WWW-Authenticate': 'Bearer realm="authing"', 'Cache-Control': 'no-store' })
    },
  )

  it.each([
    ...[
      'Bearer',
      'BEARER',
      'bearer ',
      'Bearer      ',
      'Bearer\t',
      'Bearer\t\t',
      '\tBearer',
      ' ',
      '\t',
      '=',
      'é',
      '(x)',
    ],
    ...['Bearer \u00a0', 'Bearer \u200b', 'Bearer é', 'Bearer 北京', 'Bearer \u{1f600}', 'Bearer \ud800'],
  ])('E2: the Authorization header %j is malformed', async (header) => {
    await refused(header, [400])
    await refused(header, [400], bare.guard)
  })

  const around = [
    '\t',
    '\r\n',
    '\n',
    '\0',
    '\x01',
    '\x1b[31m',
    '\x7f',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\u200b',
    '\ufeff',
  ]
  it.each(around)('E10: an Authorization header that contains %j is malformed', async (text) => {
    await expect(guard.authenticate(`Bearer ${good}`)).resolves.toMatchObject({ userId })
    for (const header of [
      ...[
        `Bearer${text}${good}`,
        `Bearer ${text}${good}`,
        `Bearer ${good}${text}`,
        `Bearer ${good.slice(0, 9)}${text}x`,
      ],
      ...[`${text}Bearer ${good}`, `Bearer ${good}${text}Set-Cookie: a=b`, `Bearer ${good}${text}Bearer ${good}`],
    ]) {
      await refused(header, [400])
    }
  })

  it.each(['/', '=', ':', '(', '"', '@', '北'])(
    'E2: an Authorization header with %j in place of the space is malformed',
    async (text) => {
      await refused(`Bearer${text}${good}`, [400])
      await refused(`Bearer${text}${good}`, [400], bare.guard)
    },
  )

  it('E2: the detail of a Bearer header without a token says that the token is missing', async () => {
    for (const header of ['Bearer', 'Bearer ', 'bearer   ']) {
      const { status, detail } = await refusalOf(guard.authenticate(header))
      expect([status, detail]).toEqual([400, 'no token follows "Bearer"'])
    }
  })

  it('E2: an Authorization header with several tokens is malformed, however they are joined', async () => {
    const evil = token({ ...idClaims, sub: 'evil' })
    const headers = [
      ...[
        `Bearer ${good} ${evil}`,
        `Bearer ${good},${evil}`,
        `Bearer ${good}, Bearer ${evil}`,
        `Bearer ${good},Bearer ${evil}`,
      ],
      ...[
        `Basic eDp5, Bearer ${good}`,
        `Basic eDp5,bearer ${good}`,
        `Basic eDp5,\tBEARER\t${good}`,
        `Basic eDp5 , Bearer ${good}`,
      ],
      ...[
        `Bearer ${good}, Basic eDp5`,
        `Bearer ${good},`,
        `,Bearer ${good}`,
        `Bearer ,${good}`,
        `Bearer,Bearer ${good}`,
      ],
      ...[`Bearer Bearer ${good}`, `Bearer ${good} Bearer`, 'Negotiate, Bearer'],
    ]
    for (const header of headers) {
      await refused(header, [400])
      await refused(header, [400], bare.guard)
    }
    await refused(`${good},Bearer ${evil}`, [400], bare.guard)
    await refused(`${good},${evil}`, [400], bare.guard)
    await refused(`${good}, ${evil}`, [401], bare.guard)
  })

  it('E3: the Bearer scheme is accepted in any case and with any number of spaces', async () => {
    for (const start of ['bearer ', 'BEARER ', 'BeArEr    ', `Bearer${' '.repeat(5000)}`]) {
      await expect(guard.authenticate(start + good)).resolves.toMatchObject({ userId })
      await expect(bare.guard.authenticate(start + good)).resolves.toMatchObject({ userId })
    }
  })

  it.each([
    ...[
      [],
      ['Bearer a', 'Bearer b'],
      [`Bearer ${good}`],
      1,
      0,
      true,
      false,
      {},
      { authorization: 'x' },
      Symbol.iterator,
    ],
    ...[() => good, Object(`Bearer ${good}`), Buffer.from(`Bearer ${good}`), 1n],
  ])('E5: an Authorization header that is not a string is malformed (case %#)', async (header) => {
    const error = await refusalOf(guard.authenticate(header as never))
    expect(error).toMatchObject({ status: 400, reason: 'invalid_request' })
    const bearer = await refusalOf(guard.verifyToken(header as never))
    expect(bearer).toMatchObject({ status: 400, reason: 'invalid_request' })
    // As a host with multi-value headers hands them to a middleware.
    let answer: unknown
    authingGuard(guard)({ headers: { authorization: header } }, {}, (refusal) => {
      answer = refusal
    })
    expect(answer).toMatchObject({ status: 400, reason: 'invalid_request' })
  })

  it('E1: verifyToken treats an empty token as missing credentials', async () => {
    for (const nothing of [undefined, null, '']) {
      expect(await refusalOf(guard.verifyToken(nothing))).toMatchObject({ status: 401, reason: 'missing_token' })
    }
    expect(await refusalOf(guard.verifyToken(`Bearer ${good}`))).toMatchObject({ status: 400 })
    expect(await refusalOf(guard.verifyToken(` ${good}`))).toMatchObject({ status: 400 })
  })
})

describe('a long header', () => {
  const size = 1_000_000
  it.each<[string, string]>([
    ['token characters', `Bearer ${'a'.repeat(size)}`],
    ['spaces', `Bearer${' '.repeat(size)}`],
    ['spaces and a token', `Bearer${' '.repeat(size)}x`],
    ['tabs', `Bearer ${'\t'.repeat(size)}`],
    ['commas', `Bearer ${','.repeat(size)}`],
    ['dots', `Bearer ${'.'.repeat(size)}`],
    ['equals signs', `Bearer ${'='.repeat(size)}`],
    ['another scheme', 'a'.repeat(size)],
    ['another scheme and commas', `Basic ${', '.repeat(size / 2)}`],
    ['another scheme, a comma and spaces', `Basic ${`,${' '.repeat(999)}`.repeat(size / 1000)}`],
    ['another scheme and almost bearers', `Basic ${', beare'.repeat(size / 7)}`],
    ['control characters', `Bearer ${'\u0001'.repeat(size)}`],
    ['segments', `Bearer ${'a.'.repeat(size / 2)}a`],
    ['non-ASCII', `Bearer ${'é'.repeat(size)}`],
    ['blanks at the start', ' '.repeat(size)],
  ])('E11: an Authorization header of 1 MB of %s is refused quickly', async (_, header) => {
    for (const by of [guard, bare.guard]) {
      expect(await quickest(() => refused(header, [400, 401], by))).toBeLessThan(1000)
    }
  })
})

describe('a bare token', () => {
  it('a bare token is accepted when bearerPrefix is optional; otherwise the detail explains the missing prefix', async () => {
    await expect(bare.guard.authenticate(good)).resolves.toMatchObject({ userId })
    await expect(bare.guard.authenticate(`Bearer ${good}`)).resolves.toMatchObject({ userId })
    const { detail, reason } = await refused(good, [401])
    expect(reason).toBe('missing_token')
    expect(detail).toBe('the header is a bare token without "Bearer": bearerPrefix: \'optional\' would read this')
    const other = await refused('Basic eDp5', [401], bare.guard)
    expect(other.detail).toBe('the Authorization header has another scheme than Bearer')
    const broken = await refused(token(without(idClaims, 'exp')), [401], bare.guard)
    expect(broken.reason).toBe('wrong_claim')
  })
})
