import { introspection } from 'authing-guard/introspection'
import { sharedStore } from 'authing-guard/store'
import { createUserPool, type UserPool } from 'authing-guard/testing'
import { Keyv } from 'keyv'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { diagnose } from '../../../src/cli/explain/diagnosis.js'
import { explain } from '../../../src/cli/explain/explain.js'
import { optionsCause } from '../../../src/cli/explain/options.js'
import { peek } from '../../../src/cli/explain/peek.js'
import { stepOf, stepsOf } from '../../../src/cli/explain/steps.js'
import { timeOf } from '../../../src/cli/explain/times.js'
import { Watch } from '../../../src/cli/explain/watch.js'
import { sayIn } from '../../../src/cli/language/phrases.js'
import { type CheckName, checks } from '../../../src/common/checks.js'

let pool: UserPool

beforeAll(async () => {
  pool = await createUserPool()
})
afterAll(() => pool.close())

const nobody = (): boolean => false
const whose = () => ({ issuer: pool.issuer, appId: pool.appId })

describe('explain', () => {
  test('accepts a token, a header value and a header line; the prefix of a bare token is not checked, and that is not reported as a fault', async () => {
    const token = pool.mint()
    const inputs = [token, ` ${token}\r\n`, `Bearer ${token}`, `bearer  ${token}`, `authorization:Bearer ${token}`]
    const states = inputs.map(async (input) => {
      const { accepted, checks, cause } = await explain(input, whose(), { language: 'en' })
      return [accepted, checks.find(({ name }) => name === 'header')?.state, cause === undefined]
    })
    const bare = [true, 'unknown', true]
    const whole = [true, 'passed', true]
    expect(await Promise.all(states)).toEqual([bare, bare, whole, whole, whole])
  })

  test('accepts a bare token if bearerPrefix is optional', async () => {
    const options = { ...whose(), bearerPrefix: 'optional' } as const
    const explanation = await explain(pool.mint(), options, { language: 'en' })
    expect(explanation).toMatchObject({ accepted: true })
    expect(explanation).not.toHaveProperty('cause')
  })

  test('reports what every reached check expected and found', async () => {
    const options = { ...whose(), accept: 'access_token', algorithms: ['RS256'] } as const
    const { checks } = await explain(`Bearer ${pool.mint({ type: 'machine' })}`, options, { language: 'en' })
    const { accessKeyId } = pool.accessKeys[0] ?? {}
    expect(checks.map(({ name, state, expected, found }) => [name, state, expected, found])).toEqual([
      ['options', 'passed', undefined, undefined],
      ['header', 'passed', 'Bearer <token>', 'Bearer <token>'],
      ['shape', 'passed', 'parts: 3', 'parts: 3'],
      ['algorithm', 'passed', 'RS256', '"RS256"'],
      ['issuer', 'passed', `"${pool.issuer}"`, `"${pool.issuer}"`],
      ['key', 'passed', undefined, expect.stringMatching(/^kid "[\w-]{43}"$/)],
      ['signature', 'passed', undefined, undefined],
      ['claims', 'passed', undefined, undefined],
      ['times', 'passed', expect.stringMatching(/^before 20.* \(plus 5 s\)$/), expect.stringMatching(/^20.* UTC$/)],
      ['audience', 'passed', `"${pool.appId}"`, `"${accessKeyId}", azp "${pool.appId}"`],
      ['kind', 'passed', 'access_token', 'access_token'],
      ['holder', 'failed', undefined, undefined],
    ])
  })

  test.each([
    ['critical_header', 'no crit in the header', 'crit'],
    ['other_token_type', 'typ "JWT" or "at+jwt", or none', 'typ "logout+jwt"'],
    ['embedded_key', 'no jwk in the header', 'jwk'],
    ['encrypted', 'parts: 3', 'parts: 5'],
    ['truncated', 'parts: 3', 'parts: 2'],
  ] as const)('reports what is wrong with the shape of a token: %s', async (defect, expected, found) => {
    const { checks } = await explain(`Bearer ${pool.mint({ defect })}`, whose(), { language: 'en' })
    expect(checks.find(({ state }) => state === 'failed')).toMatchObject({ name: 'shape', expected, found })
  })

  test.each([
    [{ cty: 'JWT' }, 'no cty in the header', 'cty'],
    [{ cty: 1 }, 'cty: a string', 'another value'],
    [{ kid: 1 }, 'kid: a string', '1'],
    [{ typ: 1 }, 'typ: a string', '1'],
    [{ enc: 'A128GCM' }, 'no enc in the header', 'enc'],
  ])('reports the member of the header that is wrong: %o', async (header, expected, found) => {
    const { checks } = await explain(`Bearer ${pool.mint({ header })}`, whose(), { language: 'en' })
    expect(checks.find(({ state }) => state === 'failed')).toMatchObject({ name: 'shape', expected, found })
  })

  test('reports a part that cannot be decoded, and a token that is too long', async () => {
    const [header, , signature] = pool.mint().split('.')
    const damaged = await explain(`Bearer ${header}.bm90IEpTT04.${signature}`, whose(), { language: 'en' })
    expect(damaged.checks.find(({ state }) => state === 'failed')).toMatchObject({
      expected: 'three parts that can be decoded',
      found: 'a part that cannot be decoded',
    })
    const long = await explain(`Bearer ${'x'.repeat(20_000)}`, whose(), { language: 'en' })
    expect(long.checks.find(({ state }) => state === 'failed')).toMatchObject({
      expected: 'at most 16384 characters',
      found: '20000 characters',
    })
  })

  test.each([
    ['Bearer ', '"Bearer" without a token', '只有 "Bearer"，没有 token'],
    ['Authorization: ', 'nothing', '空'],
    ['Token abc', 'another scheme than "Bearer"', '"Bearer" 以外的认证方式'],
    ['Authorization: abcdefgh.abcdefgh', 'a token without "Bearer"', '没有 "Bearer" 的 token'],
    ['Authorization: (token)', 'a text that does not begin with "Bearer"', '开头不是 "Bearer" 的文本'],
    ['Bearer one, Bearer two', 'something that is not one token', '不是一个 token 的内容'],
  ])('reports what was found in place of a header of "Bearer" and a token: %j', async (header, ...found) => {
    const [en, zh] = await Promise.all([
      explain(header, whose(), { language: 'en' }),
      explain(header, whose(), { language: 'zh' }),
    ])
    expect([en, zh].map(({ checks }) => checks.find(({ name }) => name === 'header')?.found)).toEqual(found)
  })

  test('reports a wrong algorithm as that of the step for algorithms, wherever the guard found out', async () => {
    const states = async (token: string, options: Parameters<typeof explain>[1]) => {
      const { checks, reason } = await explain(`Bearer ${token}`, options, { language: 'en' })
      expect(reason).toBe('wrong_algorithm')
      const { expected, found } = checks.find(({ state }) => state === 'failed') ?? {}
      return [expected, found, ...checks.map(({ name, state }) => `${name} ${state}`)]
    }
    const before = ['options passed', 'header passed', 'shape passed', 'algorithm failed', 'issuer passed']
    expect(await states(pool.mint({ defect: 'public_key_as_secret' }), whose())).toEqual([
      'an algorithm with a public key, as RS256 (HS256 needs appSecret, which is not set)',
      '"HS256"',
      ...before,
      ...['key', 'signature', 'claims', 'times', 'audience', 'kind', 'holder'].map((name) => `${name} unknown`),
    ])
    const options = { ...whose(), appSecret: pool.appSecret }
    expect(await states(pool.mint({ defect: 'access_token_hs256' }), options)).toEqual([
      'an algorithm with a public key, as RS256 (this is an access token)',
      '"HS256"',
      ...before,
      ...['key', 'signature', 'claims', 'times', 'audience'].map((name) => `${name} passed`),
      ...['kind unknown', 'holder unknown'],
    ])
  })

  test('quotes the beginning of a message of a command that was to issue a token', async () => {
    const message = "authing-guard/testing: the pool has no user '5f9976a7389b6dccb23a4c54'; it has none"
    for (const text of [message, `Bearer ${message}`]) {
      const { cause } = await explain(text, whose(), { language: 'en' })
      expect(cause).toBe(
        'This is no token but a text, such as the error message of what was to issue the token. It begins: "authing-guard/testing: the pool has no"',
      )
    }
  })

  test('quotes no text that may be a secret, and no word of a message that is long enough for one', async () => {
    const secret = 'abcdefghijklmnopqrstuvwx'
    const texts = [
      `my own secret is ${secret}`,
      `{"error":"${secret}"}`,
      `authing-guard: it is the fine one ${secret}`,
      'correct horse battery staple',
      '{"password":"horse"}',
    ]
    for (const text of texts) {
      const { cause = '' } = await explain(text, whose(), { language: 'en' })
      expect(cause).toMatch(/^This is no token but a text/)
      for (const word of [secret.slice(0, 5), 'horse']) expect(cause).not.toContain(word)
    }
  })

  test('reports a missing token also if credentials are optional', async () => {
    const events: unknown[] = []
    const options = { ...whose(), credentials: 'optional', onEvent: (event: unknown) => events.push(event) } as const
    expect(await explain('', options, { language: 'en' })).toMatchObject({ accepted: false, reason: 'missing_token' })
    expect(events).toEqual([])
  })

  test('prints no warnings for the guards that it tries', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const issuer = 'https://my-app.authing.cn/oidc'
    const options = { issuer, appId: 'a', audience: issuer, jwks: { keys: [pool.jwks().keys[0] ?? {}] } }
    for (let minute = 0; minute < 30; minute += 1) {
      await explain(pool.mint(), options, { language: 'en', now: () => Date.now() + minute })
    }
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  test('sends no secret to an address in the token, even if a key of the application has signed it', async () => {
    const elsewhere = 'https://somebody-else.authing.cn/oidc'
    const asked: string[] = []
    const through: typeof fetch = (url, init) => {
      asked.push(String(url))
      return fetch(url, init)
    }
    const asking = introspection({ when: 'always', clientSecret: 's'.repeat(32) })
    const options = { ...whose(), fetch: through, introspection: asking, accept: 'access_token' } as const
    const { cause } = await explain(pool.mint({ claims: { iss: elsewhere } }), options, { language: 'en' })
    expect(cause).toMatch(/your own application's key signed it/)
    expect(asked.every((url) => new URL(url).origin === new URL(pool.issuer).origin)).toBe(true)
  })

  test.each([
    [{ isRevoked: nobody }, 'asked: isRevoked'],
    [{ introspection: {} }, "not asked: introspection (when: 'never')"],
    [{ introspection: { when: 'always' }, accept: 'access_token' }, 'asked: introspection'],
    [
      { isRevoked: nobody, introspection: { when: 'opaque' } },
      "asked: isRevoked; not asked: introspection (when: 'opaque')",
    ],
  ] as const)('says who was asked whether a token is still valid, and who was not: %o', async (given, found) => {
    const { introspection: options, ...more } = { introspection: undefined, ...given }
    const asks = options && { introspection: introspection({ ...options, clientSecret: pool.appSecret }) }
    const { accepted, checks } = await explain(
      `Bearer ${pool.mint()}`,
      { ...whose(), ...more, ...asks },
      { language: 'en' },
    )
    expect(accepted).toBe(true)
    expect(checks.at(-1)).toMatchObject({ name: 'standing', state: 'passed', found })
  })

  test('says how to have an opaque token introspected, and that it was', async () => {
    const token = `Bearer ${pool.mintOpaque()}`
    const { fix } = await explain(token, whose(), { language: 'en' })
    expect(fix).toContain("introspection: introspection({ when: 'opaque', clientSecret, protocol: 'oauth' })")
    expect(fix).toContain("add 'opaque'")
    const asking = introspection({ when: 'opaque', clientSecret: pool.appSecret, protocol: 'oauth' })
    const store = sharedStore({ client: new Keyv(), secret: 's'.repeat(32) })
    const { accepted, checks } = await explain(token, { ...whose(), introspection: asking, store }, { language: 'en' })
    expect([accepted, checks.at(-1)?.found]).toEqual([true, 'asked: store, introspection'])
  })

  test('rejects with an error that is not a refusal', async () => {
    const now = () => {
      throw new Error('no clock')
    }
    await expect(explain(pool.mint(), whose(), { language: 'en', now })).rejects.toThrow('no clock')
  })
})

/** The diagnosis of a check that needs a guard with more options, or a requirement. */
function told(name: CheckName) {
  const refused = { reason: checks[name][0], check: { name } as never, detail: 'why' }
  const outcome = { accepted: false, refused, failed: stepOf[name] } as const
  const given = {
    input: { text: '', token: '', isHeader: true },
    ...{ peeked: peek(''), header: {}, claims: {}, options: whose(), applications: [], poolSecrets: [], now: 0 },
    ...{ outcome, watch: new Watch(fetch, Date.now) },
  }
  return diagnose(given, sayIn('en'))
}

test('a reason without a diagnosis of its own is reported with its detail', async () => {
  const values = { reason: 'permission_denied', detail: 'why' }
  expect(await told('when_denied')).toEqual({ cause: 'other', values })
})

test('keys that are too old are reported as an outage', async () => {
  expect(await told('keys_too_old')).toEqual({ cause: 'keysDown', values: { error: 'why' } })
})

test.each([
  ['nbf_ahead', 'nbf'],
  ['iat_ahead', 'iat'],
] as const)('%s names the claim that lies ahead', async (name, claim) => {
  expect(await told(name)).toMatchObject({ cause: 'timesEarly', values: { claim } })
})

test('an issuer without a path for which no address can be suggested is reported with the message', () => {
  const fault = { kind: 'issuer_without_path', advice: 'why' } as const
  expect(optionsCause(fault)).toEqual({ cause: 'optionsOther', values: { advice: 'why' } })
})

describe('the status check', () => {
  test.each([
    ['introspection_inactive', 'standingInactive', {}],
    ['revoked', 'standingRevoked', {}],
    ['introspection_failed', 'standingOnline', { error: 'why' }],
    ['revocation_hook_no_boolean', 'standingHook', { error: 'why' }],
    ['store_not_read', 'standingStore', { error: 'why' }],
  ] as const)('%s is told as %s', async (name, cause, values) => {
    expect(await told(name)).toEqual({ cause, values })
  })

  test('is listed only for guards that make it', () => {
    const asking = [{ introspection: {} }, { isRevoked: () => false }, { store: {} }]
    for (const options of asking) expect(stepsOf(options, undefined)).toContain('standing')
    expect(stepsOf(whose(), undefined)).not.toContain('standing')
    expect(stepsOf(whose(), 'standing')).toContain('standing')
  })
})

test('times are in UTC, and a value that is not a time is a question mark', () => {
  expect([timeOf(0), timeOf(undefined), timeOf(1e300)]).toEqual(['1970-01-01 00:00:00 UTC', '?', '?'])
})
