import { createGuard } from 'authing-guard'
import { createProfiles } from 'authing-guard/profile'
import { describe, expect, test } from 'vitest'
import { appId, issuer } from '../support/world.js'

const guard = createGuard({ issuer, appId })
const management = { from: 'management', accessKeyId: 'key', accessKeySecret: 'secret' }

describe('createProfiles', () => {
  test.each([
    [undefined, 'profiles must be an object with from, cacheSeconds, accessKeyId'],
    [{}, "profiles.from is missing. It must be 'userinfo' (by the caller's access token) or 'management'"],
    [{ from: 'token' }, 'profiles.from must be "userinfo" or "management"'],
    [{ from: 'userinfo', cacheSeconds: -1 }, 'profiles.cacheSeconds must be a number of seconds'],
    [
      { from: 'userinfo', cacheSeconds: 301 },
      'profiles.cacheSeconds must be a number of seconds (not milliseconds), from 0',
    ],
    [
      { from: 'userinfo', cacheSecond: 1 },
      'there is no option profiles.cacheSecond. Did you mean profiles.cacheSeconds?',
    ],
    [
      { from: 'userinfo', accessKeyId: 'key' },
      "profiles.accessKeyId is for from: 'management', and from is 'userinfo'",
    ],
    [{ from: 'management' }, 'profiles.accessKeyId is missing. It must be an access key'],
    [{ ...management, accessKeySecret: '' }, 'profiles.accessKeySecret is blank'],
    [{ ...management, host: 'http://api.authing.cn' }, 'profiles.host must be an https URL'],
    [{ ...management, headerPrefix: 'X' }, 'profiles.headerPrefix must be small letters'],
    [Object.create(management), 'profiles.from is missing'],
  ])('throws for %j', (options, says) => {
    expect(() => createProfiles(guard, options as never)).toThrow(TypeError)
    expect(() => createProfiles(guard, options as never)).toThrow(says)
  })

  test.each([[undefined], [null], [{ issuer, appId }], ['guard']])('throws for %j, which is no guard', (given) => {
    expect(() => createProfiles(given as never, { from: 'userinfo' })).toThrow('the first argument must be a guard')
  })

  test.each([
    ['a guard that accepts no access token', { issuer, appId, accept: ['id_token', 'user_token'] as const }],
    ['a guard of legacy tokens alone', { userPool: { id: 'pool', jwtSecret: 'x'.repeat(32) } }],
  ])("throws for %s with from: 'userinfo', and not with 'management'", (_, options) => {
    const other = createGuard(options as { issuer: string; appId: string })
    expect(() => createProfiles(other, { from: 'userinfo' })).toThrow('and the guard admits none')
    expect(() => createProfiles(other, management as never)).not.toThrow()
  })

  test('uses no clock, network or random source', () => {
    const touched: string[] = []
    const note = (name: string) => () => {
      touched.push(name)
      return 0
    }
    const quiet = createGuard({ issuer, appId, now: note('now'), fetch: note('fetch') as never })
    createProfiles(quiet, { from: 'userinfo' })
    createProfiles(quiet, management as never)
    expect(touched).toEqual([])
  })
})
