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
