import type { GuardEvent, GuardOptions } from 'authing-guard'
import { authingPermissions } from 'authing-guard/permissions'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { compact, keyPair, signer, tokenBy } from '../support/forge.js'
import { withParts } from '../support/parts.js'
import { throwingProcess } from '../support/throwing-process.js'
import { appId, idClaims, issuer, now } from '../support/world.js'

// What works, and should not be done: told once in a process. Each test has a process's memory of its own.

const secret = 'the secret of the application, of more than 32 bytes'
const accessKey = { accessKeyId: 'access-key', accessKeySecret: secret }
const key = keyPair('ES256', 'kid-1')
const token = tokenBy(key, idClaims)

type Warning = [message: string, options: { readonly type: string; readonly code: string }]
const warnings: Warning[] = []
let events: GuardEvent[]
let time: number
let createGuard: typeof import('authing-guard')['createGuard']
beforeEach(async () => {
  vi.resetModules()
  createGuard = (await import('authing-guard')).createGuard
  events = []
  time = now
  warnings.length = 0
  vi.spyOn(process, 'emitWarning').mockImplementation(((...given: Warning) => warnings.push(given)) as never)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** A guard of these options, which listens unless it is told not to. */
function guardWith(more: object = {}) {
  const onEvent = (event: GuardEvent) => events.push(event)
  const options = { issuer, appId, jwks: { keys: [key.jwk] }, now: () => time, onEvent, ...more }
  return createGuard(withParts(options) as unknown as GuardOptions)
}
const misuses = () => events.filter(({ type }) => type === 'misused')

describe('a guard that is made for each request', () => {
  /** Makes guards and uses each once, so many milliseconds apart. */
  async function perRequest(requests: number, apart: number, more: object = {}) {
    for (let request = 0; request < requests; request++) {
      await guardWith(more).verifyToken(token)
      time += apart
    }
  }

  it('is reported once, when the twenty-first guard of one configuration is used within a minute', async () => {
    await perRequest(20, 1000)
    expect(misuses()).toEqual([])
    await perRequest(1, 1000)
    const advice = expect.stringContaining(
      'over 20 guards of one configuration came into use within a minute. Make one',
    )
    expect(misuses()).toEqual([{ type: 'misused', misuse: 'guard_per_request', advice }])
    await perRequest(60, 1000)
    expect(misuses()).toHaveLength(1)
    expect(warnings).toEqual([
      [
        expect.stringMatching(/^authing-guard: over 20/),
        { type: 'AuthingGuardWarning', code: 'AUTHING_GUARD_PER_REQUEST' },
      ],
    ])
  })

  it('is a process warning where there is no listener', async () => {
    await perRequest(21, 1, { onEvent: undefined })
    expect(warnings).toHaveLength(1)
  })

  it('is not reported for many guards over a longer time', async () => {
    await perRequest(60, 3001)
    expect(misuses()).toEqual([])
  })

  it('is not reported for many guards under a frozen clock, as in a test', async () => {
    await perRequest(60, 0)
    expect(misuses()).toEqual([])
  })

  it('is not reported for one guard that is used often, or for many that are not used', async () => {
    const guard = guardWith({ tokenCache: false })
    for (let request = 0; request < 60; request++) {
      await guard.verifyToken(token)
      guardWith()
      time += 1
    }
    expect(misuses()).toEqual([])
  })

  it('is not reported for one guard per tenant', async () => {
    for (let tenant = 0; tenant < 130; tenant++)
      await perRequest(1, 1, { audience: `a${tenant}`, appId: `app-${tenant}` }).catch(() => {})
    expect(misuses()).toEqual([])
  })

  it('is not reported for guards of a local user pool, of which a test may make one per case', async () => {
    const local = 'http://127.0.0.1:4000/oidc'
    const localToken = tokenBy(key, { ...idClaims, iss: local })
    for (let request = 0; request < 60; request++) {
      await guardWith({ issuer: local }).verifyToken(localToken)
      time += 1
    }
    expect(misuses()).toEqual([])
  })

  it('is not reported where nothing outlives a request, as on Workers', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
    await perRequest(60, 1)
    expect(misuses()).toEqual([])
  })
})

describe('an audience that every application of the pool has', () => {
  it.each([
    ['the issuer', { audience: issuer }],
    [
      'one of the issuers',
      { issuer: [issuer, 'https://id.example.com/oidc'], audience: ['api', 'https://id.example.com/oidc'] },
    ],
    ['the user pool', { audience: 'pool-1', userPool: { id: 'pool-1', jwtSecret: secret } }],
  ])('is reported where it is %s', (_, options) => {
    guardWith(options)
    guardWith(options)
    expect(misuses()).toMatchObject([
      { misuse: 'unbounded_audience', advice: expect.stringMatching(/^audience holds /) },
    ])
    expect(warnings).toMatchObject([[expect.any(String), { code: 'AUTHING_UNBOUNDED_AUDIENCE' }]])
  })

  it('is not reported for an API or the appId', () => {
    guardWith()
    guardWith({ audience: ['https://api.example.com', appId] })
    expect(misuses()).toEqual([])
  })
})

describe('a secret where there is a document', () => {
  beforeEach(() => {
    vi.stubGlobal('window', {})
    vi.stubGlobal('document', {})
  })

  it.each([
    ['an appSecret', { appSecret: secret }],
    ['a jwtSecret', { userPool: { id: 'pool-1', jwtSecret: secret } }],
    ['a clientSecret of introspection', { introspection: { clientSecret: secret } }],
    ['a clientSecret for opaque tokens', { introspection: { when: 'opaque', clientSecret: secret } }],
    ['the secret of an access key', { checkPermission: authingPermissions({ ...accessKey, model: 'acl' }) }],
    ['a hook that says so', { checkPermission: { check: async () => true, holdsSecret: true } }],
    ['a secret of a store', { store: { client: new Map(), secret } }],
  ])('is reported: %s', async (_, options) => {
    const guard = guardWith(options)
    expect(misuses()).toMatchObject([
      { misuse: 'secret_in_front_end', advice: expect.stringContaining('replace the secret') },
    ])
    expect(warnings).toMatchObject([[expect.any(String), { code: 'AUTHING_SECRET_IN_FRONT_END' }]])
    expect(JSON.stringify([events, warnings])).not.toContain(secret)
    // A test of a server may run where there is one.
    const signed = compact({ alg: 'HS256' }, idClaims, signer('HS256', secret))
    if ('appSecret' in options) await expect(guard.verifyToken(signed)).resolves.toMatchObject({ kind: 'user' })
  })

  it('is not reported for a guard without a secret', () => {
    guardWith()
    guardWith({ introspection: { clientAuth: 'none' }, checkPermission: async () => true })
    expect(misuses()).toEqual([])
  })

  it.each([
    ['there is no process', undefined],
    ['the process has members that throw', throwingProcess],
  ])('is reported in the console where %s', (_, host) => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    vi.stubGlobal('process', host)
    try {
      guardWith({ appSecret: secret, onEvent: undefined })
    } finally {
      vi.unstubAllGlobals()
    }
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^authing-guard: a guard with a secret/)]])
  })
})

it.each([
  ['no process', undefined],
  ['a process that cannot warn', { env: {} }],
  ['a process whose members throw, as in the edge runtime of Next.js', throwingProcess],
])('where there is %s and no page, nobody is warned', (_, host) => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  vi.stubGlobal('process', host)
  try {
    guardWith({ audience: issuer })
  } finally {
    vi.unstubAllGlobals()
  }
  expect(warn).not.toHaveBeenCalled()
  expect(misuses()).toHaveLength(1)
})

it('wrong options throw before a misuse is reported', () => {
  expect(() => guardWith({ audience: issuer, realm: '' })).toThrow('realm is blank')
  expect(events).toEqual([])
  expect(warnings).toEqual([])
})
