import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { compact, keyPair, signer, tokenBy } from '../support/forge.js'
import { makers } from '../support/misuse.js'
import { throwingProcess } from '../support/throwing-process.js'
import { appId, expect401, idClaims, issuer } from '../support/world.js'

// Without an argument, and only then, a guard reads the environment.

const secret = 'the secret of the application, of more than 32 bytes'
const key = keyPair('ES256', 'kid-1')
const seconds = Math.floor(Date.now() / 1000)
const claims = { ...idClaims, iat: seconds - 60, exp: seconds + 3600 }

beforeEach(() => {
  vi.stubEnv('AUTHING_ISSUER', issuer)
  vi.stubEnv('AUTHING_APP_ID', appId)
  vi.stubEnv('AUTHING_APP_SECRET', undefined)
  vi.stubGlobal('fetch', async () => Response.json({ keys: [key.jwk] }))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('without an argument', () => {
  it.each(makers)('a guard reads its options from the environment', async (make) => {
    const guard = make()
    await expect(guard.verifyToken(tokenBy(key, claims))).resolves.toMatchObject({ issuer, appId })
    await expect401(guard, compact({ alg: 'HS256' }, claims, signer('HS256', secret)), 'wrong_algorithm')
    vi.stubEnv('AUTHING_APP_SECRET', secret)
    const token = compact({ alg: 'HS256' }, claims, signer('HS256', secret))
    await expect(make().verifyToken(token)).resolves.toMatchObject({ tokenType: 'id_token' })
  })

  it.each(['AUTHING_ISSUER', 'AUTHING_APP_ID'])('a guard says that %s is not set', (name) => {
    for (const value of [undefined, '']) {
      vi.stubEnv(name, value)
      for (const make of makers) {
        expect(() => make()).toThrow(
          new RegExp(`^authing-guard: ${name} is not set\\. Set it to your application's .*Authing console`),
        )
      }
    }
  })

  it('an empty AUTHING_APP_SECRET counts as not set, and a short one is refused', () => {
    vi.stubEnv('AUTHING_APP_SECRET', '')
    expect(() => createGuard()).not.toThrow()
    vi.stubEnv('AUTHING_APP_SECRET', 'short')
    expect(() => createGuard()).toThrow('authing-guard: appSecret is shorter than 32 bytes')
  })

  it('a guard throws and names AUTHING_ISSUER where the runtime has no process', () => {
    vi.stubGlobal('process', undefined)
    const make = () => createGuard()
    let message = ''
    try {
      make()
    } catch (error) {
      message = String(error)
    }
    vi.unstubAllGlobals()
    expect(message).toContain('AUTHING_ISSUER is not set')
  })
})

describe('with an argument', () => {
  it('a guard reads nothing from the environment: incomplete options throw', () => {
    vi.stubEnv('AUTHING_APP_SECRET', secret)
    expect(() => createGuard({} as never)).toThrow('authing-guard: issuer is missing')
    expect(() => createGuard({ issuer } as never)).toThrow('authing-guard: appId is missing')
    expect(() => createGuard(null as never)).toThrow('authing-guard: the options must be an object')
  })

  it('a guard takes undefined for no argument, as a function passes on that was called without options', () => {
    vi.stubEnv('AUTHING_ISSUER', issuer)
    vi.stubEnv('AUTHING_APP_ID', appId)
    expect(createGuard(undefined).health().applications).toMatchObject([{ issuer, appId }])
    expect(authingGuard(undefined, {}).health().applications).toMatchObject([{ issuer, appId }])
    vi.stubEnv('AUTHING_ISSUER', '')
    expect(() => authingGuard(undefined)).toThrow('authing-guard: AUTHING_ISSUER is not set')
  })

  it('a guard does not take AUTHING_APP_SECRET from the environment', async () => {
    vi.stubEnv('AUTHING_APP_SECRET', secret)
    const guard = createGuard({ issuer, appId })
    await expect401(guard, compact({ alg: 'HS256' }, claims, signer('HS256', secret)), 'wrong_algorithm')
  })
})

describe('where each variable of the environment throws when it is read, as in Deno without --allow-env', () => {
  /** What a function returns or throws meanwhile. */
  function outcome<T>(make: () => T): T | unknown {
    vi.stubGlobal('process', throwingProcess)
    try {
      return make()
    } catch (error) {
      return error
    } finally {
      vi.unstubAllGlobals()
    }
  }

  it('a guard with options works', async () => {
    const jwks = { keys: [key.jwk] }
    const guard = outcome(() => createGuard({ issuer, appId, jwks })) as ReturnType<typeof createGuard>
    await expect(guard.verifyToken(tokenBy(key, claims))).resolves.toMatchObject({ issuer, appId })
  })

  it('a guard without options throws the error of the runtime, which names the permission', () => {
    expect(String(outcome(() => createGuard()))).toBe('NotCapable: Requires env access to "AUTHING_ISSUER"')
  })
})

describe.each(['production', 'Production', ' production\n', 'prod', 'PROD '])('in production, NODE_ENV %j,', (name) => {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', name)
  })

  it.each(['http://localhost:3000/oidc', 'https://127.0.0.1/oidc', 'https://[::1]/oidc'])(
    'the issuer %s throws',
    (local) => {
      const message =
        'issuer is on loopback, and NODE_ENV is production: a local user pool signs tokens for every client'
      expect(() => createGuard({ issuer: local, appId })).toThrow(`authing-guard: ${message}`)
      expect(() => createGuard({ issuer, appId, jwksUri: local })).toThrow('authing-guard: jwksUri is on loopback')
      expect(() => createGuard({ issuer: local, appId, allowHttp: true })).not.toThrow()
      vi.stubEnv('NODE_ENV', 'test')
      expect(() => createGuard({ issuer: local, appId })).not.toThrow()
    },
  )
})

describe('construction', () => {
  it('touches no clock, random source, timer or network', () => {
    const spies = [
      vi.spyOn(Date, 'now'),
      vi.spyOn(performance, 'now'),
      vi.spyOn(Math, 'random'),
      vi.spyOn(globalThis, 'setTimeout'),
      vi.spyOn(globalThis, 'setInterval'),
      vi.spyOn(globalThis, 'queueMicrotask'),
      vi.spyOn(crypto, 'getRandomValues'),
      vi.spyOn(crypto, 'randomUUID'),
    ]
    const own = { fetch: vi.fn(), now: vi.fn(), onEvent: vi.fn() }
    const platform = vi.fn()
    vi.stubGlobal('fetch', platform)
    createGuard({ issuer, appId })
    createGuard({ issuer, appId, appSecret: secret, jwks: { keys: [key.jwk] }, ...own })
    authingGuard({ apps: [{ issuer, appId }], ...own }).require({ scope: 'book:read' })
    for (const spy of [...spies, platform, ...Object.values(own)]) expect(spy).not.toHaveBeenCalled()
  })
})
