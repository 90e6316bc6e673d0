import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/cli/explain/diagnosis.js'
import { explain } from '../../../src/cli/explain/explain.js'
import { peek } from '../../../src/cli/explain/peek.js'
import { timeOf } from '../../../src/cli/explain/times.js'
import { type Cause, checkOf, checksOf } from '../../../src/cli/explain/walk.js'
import { Watch } from '../../../src/cli/explain/watch.js'
import { sayIn } from '../../../src/cli/language/phrases.js'

let pool: UserPool

beforeAll(async () => {
  pool = await createUserPool()
})
afterAll(() => pool.close())

const whose = () => ({ issuer: pool.issuer, appId: pool.appId })

describe('explain', () => {
  test('takes a bare token, a header and a header line, and says of which it cannot know the prefix', async () => {
    const token = pool.mint()
    const inputs = [token, ` ${token}\r\n`, `Bearer ${token}`, `bearer  ${token}`, `authorization:Bearer ${token}`]
    const states = inputs.map(async (input) => {
      const { accepted, checks, cause } = await explain(input, whose(), { language: 'en' })
      return [accepted, checks.find(({ name }) => name === 'header')?.state, cause === undefined]
    })
    const bare = [true, 'unknown', false]
    const whole = [true, 'passed', true]
    expect(await Promise.all(states)).toEqual([bare, bare, whole, whole, whole])
  })

  test('has nothing to say against a bare token where the options read one', async () => {
    const options = { ...whose(), bearerPrefix: 'optional' } as const
    const explanation = await explain(pool.mint(), options, { language: 'en' })
    expect(explanation).toMatchObject({ accepted: true })
    expect(explanation).not.toHaveProperty('cause')
  })

  test('says what every check that was reached expected and found', async () => {
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

  test('looks at the options alone where credentials are optional: no token is none all the same', async () => {
    const events: unknown[] = []
    const options = { ...whose(), credentials: 'optional', onEvent: (event: unknown) => events.push(event) } as const
    expect(await explain('', options, { language: 'en' })).toMatchObject({ accepted: false, reason: 'missing_token' })
    expect(events).toEqual([])
  })

  test('passes on an error that is no verdict', async () => {
    const now = () => {
      throw new Error('no clock')
    }
    await expect(explain(pool.mint(), whose(), { language: 'en', now })).rejects.toThrow('no clock')
  })
})

/** What is told of a reason that only a guard with more options, or a requirement, gives. */
function told(reason: Cause) {
  const outcome = { accepted: false, reason, detail: 'why', failed: checkOf(reason, 'why', false) } as const
  const given = {
    input: { text: '', token: '', isHeader: true },
    ...{ peeked: peek(''), header: {}, claims: {}, options: whose(), applications: [], poolSecrets: [], now: 0 },
    ...{ outcome, watch: new Watch(fetch, Date.now) },
  }
  return diagnose(given, sayIn('en'))
}

test('a reason that explain has no finder for is told as it is', async () => {
  const values = { reason: 'permission_denied', detail: 'why' }
  expect(await told('permission_denied')).toEqual({ cause: 'other', values })
})

describe('whether a token stands', () => {
  test.each([
    ['inactive_token', 'standingInactive', {}],
    ['revoked_token', 'standingRevoked', {}],
    ['online_unavailable', 'standingOnline', { error: 'why' }],
    ['store_unavailable', 'standingStore', { error: 'why' }],
  ] as const)('%s is told as %s', async (reason, cause, values) => {
    expect(await told(reason)).toEqual({ cause, values })
  })

  test('is a check of guards that ask, and of no others', () => {
    const asking = [{ online: {} }, { isRevoked: () => false }, { store: {} }]
    for (const options of asking) expect(checksOf(options, undefined)).toContain('standing')
    expect(checksOf(whose(), undefined)).not.toContain('standing')
    expect(checksOf(whose(), 'standing')).toContain('standing')
  })
})

test('a time is told in UTC, and none that is no time', () => {
  expect([timeOf(0), timeOf(undefined), timeOf(1e300)]).toEqual(['1970-01-01 00:00:00 UTC', '?', '?'])
})
