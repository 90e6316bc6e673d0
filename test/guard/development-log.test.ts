import { createGuard, type GuardOptions } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { withIdentity } from 'authing-guard/fetch'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { throwingProcess } from '../support/throwing-process.js'
import { home, idClaims, optionsWith, now as start } from '../support/world.js'

// What a developer reads in the terminal, whose error handler hides the reason.

const { key, token } = home()
let clock = start
let lines: unknown[][] = []
const now = () => clock
const expired = token({ ...idClaims, iat: 1, exp: 2 })

function options(more: Partial<GuardOptions> = {}): GuardOptions {
  return { ...optionsWith([key.jwk]), now, ...more } as GuardOptions
}

async function refusedBy(guard: { verifyToken(token: string): Promise<unknown> }, given = 'a.b.c') {
  await guard.verifyToken(given).catch(() => {})
}

function terminal(isTTY: boolean): void {
  Object.defineProperty(process.stderr, 'isTTY', { value: isTTY, configurable: true })
}
const wasTTY = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY')

beforeEach(() => {
  clock = start
  lines = []
  vi.spyOn(console, 'warn').mockImplementation((...line) => void lines.push(line))
  vi.stubEnv('NODE_ENV', 'development')
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  delete (process.stderr as { isTTY?: boolean }).isTTY
  if (wasTTY !== undefined) Object.defineProperty(process.stderr, 'isTTY', wasTTY)
})

describe('in development', () => {
  it('a refused request is told on the terminal with method, status, reason and detail, and how to turn that off', async () => {
    const handler = withIdentity(createGuard(options()), () => new Response())
    const response = await handler(
      new Request('http://localhost/orders/secret-path?token=secret-query', {
        method: 'PATCH',
        headers: { authorization: `Bearer ${expired}` },
      }),
    )
    expect(response.status).toBe(401)
    expect(lines).toEqual([
      [
        expect.stringMatching(
          /^authing-guard: PATCH 401 expired_token: .*exp.* \(written in development only; developmentLog: false turns this off\)$/,
        ),
      ],
    ])
    expect(String(lines)).not.toMatch(/secret/)
    expect(String(lines)).not.toContain(expired)
  })

  it('the way to turn it off is told once, and a call without a request has no method', async () => {
    const guard = createGuard(options())
    await refusedBy(guard)
    clock += 1000
    await refusedBy(guard, expired)
    expect(lines).toHaveLength(2)
    expect(String(lines[1])).toMatch(/^authing-guard: 401 expired_token: /)
    expect(String(lines[1])).not.toContain('developmentLog')
  })

  it('the same line is written once, and one line a second at most', async () => {
    const guard = createGuard(options())
    await refusedBy(guard)
    await refusedBy(guard, expired)
    clock += 999
    await refusedBy(guard, expired)
    expect(lines).toHaveLength(1)
    clock += 1
    await refusedBy(guard)
    expect(lines).toHaveLength(1)
    await refusedBy(guard, expired)
    expect(lines).toHaveLength(2)
  })

  it('a line that was held back is written later', async () => {
    const guard = createGuard(options())
    await refusedBy(guard)
    await refusedBy(guard, token({ ...idClaims, aud: 'other' }))
    clock += 1000
    await refusedBy(guard, token({ ...idClaims, aud: 'other' }))
    expect(String(lines[1])).toContain('wrong_audience')
  })

  it('a clock that is set back does not silence it', async () => {
    const guard = createGuard(options())
    await refusedBy(guard)
    clock -= 60_000
    await refusedBy(guard, token({ ...idClaims, aud: 'other' }))
    expect(lines).toHaveLength(2)
  })

  it('at most a hundred lines are remembered, so that a flood of different ones takes no memory', async () => {
    const guard = createGuard(options())
    for (let at = 0; at < 101; at++) {
      clock += 1000
      await refusedBy(guard, token({ ...idClaims, aud: `app-${at}` }))
    }
    expect(lines).toHaveLength(101)
    clock += 1000
    await refusedBy(guard, token({ ...idClaims, aud: 'app-100' }))
    expect(lines).toHaveLength(101)
    await refusedBy(guard, token({ ...idClaims, aud: 'app-0' }))
    expect(lines).toHaveLength(102)
  })

  it('control characters of a token are escaped', async () => {
    await refusedBy(createGuard(options()), token({ ...idClaims, aud: '\u001b[2J\nGET 200' }))
    expect(String(lines)).not.toMatch(/\p{Cc}/u)
  })

  it.each([
    ['lower-case', { method: 'get' }],
    ['long', { method: 'G'.repeat(17) }],
    ['not text', { method: { toString: (): string => 'GET' } }],
    [
      'a throwing getter',
      {
        get method() {
          throw new Error('secret')
        },
      },
    ],
  ])('a method that is %s is left out, and changes no verdict', async (_, request) => {
    const { authenticate } = createGuard(options())
    await expect(authenticate('Basic x')).rejects.toMatchObject({ reason: 'missing_token' })
    const guard = authingGuard(options())
    clock += 1000
    lines = []
    const next = vi.fn()
    guard(Object.assign(request, { headers: {} }) as never, {} as never, next)
    expect(next).toHaveBeenCalledWith(expect.objectContaining({ reason: 'missing_token' }))
    expect(String(lines)).toMatch(/^authing-guard: 401 missing_token/)
  })

  it.each([
    ['developmentLog is false', { developmentLog: false }],
    ['onEvent tells the same', { onEvent: () => {} }],
  ])('nothing is written where %s', async (_, more) => {
    await refusedBy(createGuard(options(more)))
    expect(lines).toEqual([])
  })

  it('an observer writes nothing: it refuses no request', async () => {
    const observer = createGuard(options()).observe({ until: new Date(clock + 1000) })
    await observer.verifyToken('a.b.c')
    expect(lines).toEqual([])
  })

  it('an access key that Authing does not take is told, with the options to check', async () => {
    const { authingPermissions } = await import('authing-guard/permissions')
    const checkPermission = authingPermissions({
      accessKeyId: 'a-key',
      accessKeySecret: 'a-secret-of-it',
      model: 'acl',
      fetch: async () => Response.json({ statusCode: 401, apiCode: 2207, message: 'a-secret-of-it' }),
    })
    const guard = createGuard(options({ checkPermission })).require({ action: 'read', resource: 'book' })
    await refusedBy(guard, token(idClaims))
    expect(String(lines)).toContain('503 permission_unavailable: checkPermission failed: ')
    expect(String(lines)).toContain('statusCode 401, apiCode 2207: check accessKeyId and accessKeySecret')
    expect(String(lines)).not.toContain('a-secret')
  })
})

describe('without NODE_ENV', () => {
  beforeEach(() => vi.stubEnv('NODE_ENV', undefined))

  it('the terminal is asked for at the first refusal, once: making it would slow down each cold start', async () => {
    vi.stubEnv('NODE_ENV', undefined)
    terminal(true)
    const stderr = vi.spyOn(process, 'stderr', 'get')
    const guard = createGuard(options())
    await guard.verifyToken(token(idClaims))
    expect(stderr).not.toHaveBeenCalled()
    await refusedBy(guard)
    await refusedBy(guard, expired)
    expect(stderr).toHaveBeenCalledOnce()
    expect(lines).toHaveLength(1)
  })

  it('a terminal on stderr counts as development', async () => {
    terminal(true)
    await refusedBy(createGuard(options()))
    expect(lines).toHaveLength(1)
  })

  it('a pipe, a file or a service manager does not', async () => {
    terminal(false)
    await refusedBy(createGuard(options()))
    expect(lines).toEqual([])
  })

  it('a runtime whose process throws or is missing writes nothing', async () => {
    terminal(true)
    for (const process of [throwingProcess, undefined]) {
      vi.stubGlobal('process', process)
      await refusedBy(createGuard(options())).finally(() => vi.unstubAllGlobals())
    }
    expect(lines).toEqual([])
  })
})

describe('elsewhere', () => {
  it.each(['production', 'test', 'staging', 'DEVELOPMENT'])('nothing is written with NODE_ENV=%s', async (nodeEnv) => {
    vi.stubEnv('NODE_ENV', nodeEnv)
    terminal(true)
    await refusedBy(createGuard(options({ developmentLog: true })))
    expect(lines).toEqual([])
  })
})
