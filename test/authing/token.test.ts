import { authingPermissions } from 'authing-guard/permissions'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { user } from '../authorization/callers.js'
import { accessKeyId, accessKeySecret, authing, managementToken, paths, poolId, Raw, tokenReply } from './authing.js'

// The management token: one at a time, cached, renewed ahead of its end, replaced once where Authing refuses it.

const server = authing()
let time = 0
let resource = 0
beforeEach(() => {
  server.requests.length = 0
  server.script = () => undefined
  time = 1_700_000_000_000
})

/** A hook, and a question that was never asked before. */
const make = (more: object = {}) => {
  const permissions = authingPermissions(server.options({ now: () => time, onWarning: () => {}, ...more }))
  const ask = () =>
    permissions.check(
      user(),
      { action: 'book:read', resource: `book:${++resource}`, namespace: undefined, context: undefined },
      { signal: new AbortController().signal },
    )
  return ask
}
const fetches = () => paths(server.requests).filter((path) => path === 'get-management-token').length
/** The token of the n-th fetch is the n-th. */
const numbered =
  (expires_in = 7200) =>
  ({ path }: { path: string }, before: number) =>
    path.endsWith('token') ? tokenReply({ access_token: managementToken({ before }), expires_in }) : undefined
const bearers = () =>
  server.requests.flatMap(({ headers, path }) => (path.endsWith('allowed') ? [headers.authorization] : []))
const bearer = (before: number) => `Bearer ${managementToken({ before })}`

describe('the management token', () => {
  test('is fetched once for many who need it at once', async () => {
    const ask = make()
    await Promise.all(Array.from({ length: 50 }, ask))
    expect(fetches()).toBe(1)
  })

  test('serves for 80 % of its life without another fetch', async () => {
    const ask = make()
    await ask()
    time += 5759_999
    await ask()
    expect(fetches()).toBe(1)
  })

  test('is renewed ahead of its end: who asks meanwhile does not wait, and the next one has the new one', async () => {
    server.script = numbered()
    const ask = make()
    await ask()
    time += 5_760_000
    await Promise.all([ask(), ask(), ask()])
    expect(bearers()).toEqual([bearer(0), bearer(0), bearer(0), bearer(0)])
    await vi.waitFor(() => expect(fetches()).toBe(2))
    await vi.waitFor(async () => {
      await ask()
      expect(bearers().at(-1)).toBe(bearer(1))
    })
    expect(fetches()).toBe(2)
  })

  test('still serves where the renewal fails, until its end', async () => {
    const ask = make()
    await ask()
    server.script = ({ path }) => (path.endsWith('token') ? new Raw(500, '') : undefined)
    time += 7_199_999
    expect(await ask()).toBe(true)
    await vi.waitFor(() => expect(fetches()).toBe(2))
    time += 1001
    await expect(ask()).rejects.toThrow('/api/v3/get-management-token answered 500')
  })

  test('is not used past its end, nor where the clock was put back', async () => {
    server.script = numbered(60)
    const ask = make()
    await ask()
    time += 60_000
    await ask()
    expect(bearers()).toEqual([bearer(0), bearer(1)])
    time -= 1
    await ask()
    expect(bearers()).toEqual([bearer(0), bearer(1), bearer(2)])
  })

  test('is replaced once where Authing refuses it, and the question is asked again', async () => {
    for (const refusal of [
      { statusCode: 401, apiCode: 2206, message: '登录信息已过期' },
      { statusCode: 401, message: 'Unauthorized' },
      { statusCode: 403, apiCode: 2020, message: '尚未登录，无权限访问此请求' },
      { statusCode: 499, apiCode: 2207, message: '登录信息有误' },
      new Raw(401, 'Unauthorized'),
    ]) {
      server.requests.length = 0
      server.script = ({ path }, before) => (path.endsWith('allowed') && before === 0 ? refusal : undefined)
      expect(await make()()).toBe(true)
      expect(paths(server.requests)).toEqual([
        'get-management-token',
        'is-action-allowed',
        'get-management-token',
        'is-action-allowed',
      ])
    }
  })

  test('is replaced once for all whose questions were refused with it', async () => {
    server.script = ({ path }, before) => (path.endsWith('allowed') && before < 20 ? { statusCode: 401 } : undefined)
    const ask = make()
    expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array.from({ length: 20 }, () => true))
    expect(fetches()).toBe(2)
  })

  test('that was replaced meanwhile is not replaced again for a question that was refused with the old one', async () => {
    server.script = ({ path, headers }, before) => {
      if (path.endsWith('token')) return tokenReply({ access_token: managementToken({ before }) })
      return headers.authorization === bearer(0) ? { statusCode: 401 } : undefined
    }
    const held: (() => void)[] = []
    const slowly = async (url: string, init: RequestInit) => {
      const response = await fetch(url, init)
      if (url.endsWith('allowed') && held.length === 0) await new Promise<void>((go) => held.push(go))
      return response
    }
    const ask = make({ fetch: slowly })
    const first = ask()
    await expect.poll(() => held.length).toBe(1)
    expect(await ask()).toBe(true)
    expect(fetches()).toBe(2)
    held[0]?.()
    expect(await first).toBe(true)
    expect(fetches()).toBe(2)
  })

  test('is not replaced where the answer is one, whatever its finer code', async () => {
    server.script = ({ path }) =>
      path.endsWith('allowed') ? { statusCode: 200, apiCode: 2206, data: { allowed: false } } : undefined
    expect(await make()()).toBe(false)
    expect(fetches()).toBe(1)
  })

  test('is not replaced twice for one question', async () => {
    server.script = ({ path }) => (path.endsWith('allowed') ? { statusCode: 401 } : undefined)
    await expect(make()()).rejects.toThrow('/api/v3/is-action-allowed answered statusCode 401')
    expect(paths(server.requests)).toHaveLength(4)
  })

  test('is not replaced where Authing refuses something else', async () => {
    server.script = ({ path }) => (path.endsWith('allowed') ? { statusCode: 403, apiCode: 2333 } : undefined)
    await expect(make()()).rejects.toThrow('/api/v3/is-action-allowed answered statusCode 403, apiCode 2333')
    expect(fetches()).toBe(1)
  })
})

describe('a fetch that fails', () => {
  test('is not repeated within a second: a wrong secret must not be tried with each question', async () => {
    server.script = ({ path }) => (path.endsWith('token') ? { statusCode: 401, apiCode: 2207 } : undefined)
    const ask = make()
    const says = '/api/v3/get-management-token answered statusCode 401, apiCode 2207'
    await expect(ask()).rejects.toThrow(says)
    time += 999
    await expect(ask()).rejects.toThrow(says)
    expect(fetches()).toBe(1)
    time += 1
    server.script = () => undefined
    expect(await ask()).toBe(true)
    expect(fetches()).toBe(2)
  })

  test('is given up after 3 seconds where it was lost, as in a process that was frozen', async () => {
    const held: (() => void)[] = []
    const slow = async (url: string, init: RequestInit) => {
      if (url.endsWith('token')) await new Promise<void>((go) => held.push(go))
      return fetch(url, init)
    }
    server.script = numbered(1)
    // The time-outs were lost as well.
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const ask = make({ fetch: slow })
    const first = ask()
    time += 2999
    const second = ask()
    expect(held).toHaveLength(1)
    time += 1
    const third = ask()
    expect(held).toHaveLength(2)
    // What comes back late, and has expired by now, serves those who waited for it, and ends nobody else's wait.
    held[0]?.()
    expect(await Promise.all([first, second])).toEqual([true, true])
    const fourth = ask()
    expect(held).toHaveLength(2)
    held[1]?.()
    vi.useRealTimers()
    expect(await Promise.all([third, fourth])).toEqual([true, true])
  })

  test.each([
    [{ access_token: undefined }],
    [{ access_token: '' }],
    [{ access_token: 'two words' }],
    [{ access_token: 'a\r\nx-evil: 1' }],
    [{ access_token: 7 }],
    [{ expires_in: undefined }],
    [{ expires_in: '7200' }],
    [{ expires_in: 0 }],
    [{ expires_in: -1 }],
  ])('with %j is not taken for a token', async (more) => {
    server.script = ({ path }) => (path.endsWith('token') ? tokenReply(more) : undefined)
    await expect(make()()).rejects.toThrow('/api/v3/get-management-token answered no token')
    expect(paths(server.requests)).toEqual(['get-management-token'])
  })
})

describe("a warning where the access key is the user pool's own", () => {
  test('comes once, and holds no secret', async () => {
    const warnings: string[] = []
    const token = managementToken({ scoped_userpool_id: accessKeyId })
    server.script = ({ path }) =>
      path.endsWith('token') ? tokenReply({ access_token: token, expires_in: 1 }) : undefined
    const ask = make({ onWarning: (warning: string) => warnings.push(warning) })
    for (let turn = 0; turn < 3; turn++) {
      await ask()
      time += 1000
    }
    expect(fetches()).toBe(3)
    expect(warnings).toEqual([expect.stringMatching(/^authing-guard: accessKeyId is the user pool itself/)])
    expect(warnings.join()).not.toContain(accessKeySecret)
    expect(warnings.join()).not.toContain(token)
  })

  test("does not come with a collaborator's key", async () => {
    const warnings: string[] = []
    await make({ onWarning: (warning: string) => warnings.push(warning) })()
    expect(warnings).toEqual([])
  })

  test('goes to the console unless somebody listens, and a listener that throws changes nothing', async () => {
    const onConsole = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(await make({ accessKeyId: poolId, onWarning: undefined })()).toBe(true)
    expect(onConsole.mock.calls).toEqual([[expect.stringContaining('accessKeyId is the user pool itself')]])
    onConsole.mockRestore()
    const throwing = () => {
      throw new Error('listener')
    }
    expect(await make({ accessKeyId: poolId, onWarning: throwing })()).toBe(true)
  })
})
