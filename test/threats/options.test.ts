import { createGuard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { compact, keyPair, signer, tokenBy } from '../support/forge.js'
import { expectThrow, makers } from '../support/misuse.js'
import { optionTables } from '../support/option-tables.js'
import { withParts } from '../support/parts.js'
import {
  appId,
  challengeOf401,
  expect401,
  expectAdmitted,
  idClaims,
  issuer,
  optionsWith,
  refusalOf,
  worldWith,
} from '../support/world.js'

// Threats of section M about misspelt options, values of the wrong type, and inherited properties.

const key = keyPair('RS256', 'kid-1')

describe('every option', () => {
  it.each([
    ...['audiences', 'Issuer', 'issuers', 'appID', 'app_id', 'clientId', 'algorithm', 'secret', 'jwksUrl', 'tolerance'],
    ...['clockSkew', 'ignoreExpiration', 'optional', 'verify', 'issuer ', 'constructor', 'toString', 'cahce'],
  ])('M10: createGuard throws for the unknown option %s', (name) => {
    expectThrow({ ...optionsWith([key.jwk]), [name]: undefined }, `there is no option ${name}`)
    expectThrow({ apps: [{ issuer, appId, [name]: undefined }] }, `there is no option apps[0].${name}`)
  })

  it.each(['jwksCache', 'tokenCache', 'userPool'])(
    'M10: createGuard throws for an unknown name in the option %s',
    (name) => {
      expectThrow({ issuer, appId, [name]: { nonsense: 1 } }, `there is no option ${name}.nonsense`)
      for (const value of [null, [], 1, 'x', true]) {
        if (value !== null || name === 'userPool') expectThrow({ issuer, appId, [name]: value }, name)
      }
    },
  )

  const notNumbers = [Number.NaN, Number.POSITIVE_INFINITY, -1, '5', null, [5], {}, true, 5n, 1e15]
  const ranges = [...optionTables].flatMap(([path, { range }]) => (range === undefined ? [] : [[path, range] as const]))
  /** What the parts need besides. */
  const parts = new Map<string, object>([
    ['store', { client: new Map(), secret: 'e'.repeat(32) }],
    ['introspection', { clientSecret: 'e'.repeat(32) }],
  ])

  it.each(ranges)('M11: createGuard throws unless %s is a number within its bounds', (path, { min, max, unit }) => {
    const [name = '', inner] = path.split('.')
    const optionsOf = (value: unknown) => ({
      ...{ issuer, appId },
      [name]: inner === undefined ? value : { ...parts.get(name), [inner]: value },
    })
    const message = new RegExp(`^authing-guard: ${path} must be a (whole )?number`)
    for (const value of [...notNumbers, min - 0.001, max + 1, ...(unit === 'seconds' ? [] : [min + 0.5])]) {
      expectThrow(optionsOf(value), message)
    }
    for (const value of [min, max]) {
      // Another option may have to agree with it.
      for (const make of makers) expect(() => make(withParts(optionsOf(value)))).not.toThrow(message)
    }
  })

  it('M12: options are read once, and only from own properties', async () => {
    const evil = {
      ...{ algorithms: ['HS256'], appSecret: 'e'.repeat(32), audience: 'evil', accessKeys: 'any', clockTolerance: 300 },
      ...{ credentials: 'optional', allowHttp: true, maxAge: 1, apps: [], jwksUri: 'https://evil.example/keys' },
    }
    const names = Object.keys(evil)
    try {
      for (const [name, value] of Object.entries(evil)) {
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
      }
      const { guard, fetched } = worldWith([key.jwk])
      await expectAdmitted(guard, tokenBy(key, idClaims))
      await expect401(guard, compact({ alg: 'HS256' }, idClaims, signer('HS256', 'e'.repeat(32))), 'wrong_algorithm')
      expect(await refusalOf(guard.authenticate(undefined))).toMatchObject({ status: 401 })
      expect(fetched).toEqual([])
      expectThrow({ issuer: 'http://my-app.authing.cn/oidc', appId }, 'issuer must be an https URL')
      const inherited = Object.assign(Object.create({ issuer, appId }), { jwks: { keys: [key.jwk] } })
      expectThrow(inherited, 'issuer is missing')
    } finally {
      for (const name of names) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  it('M12: an option that is a getter is read once, and later changes have no effect', async () => {
    let reads = 0
    const keys = [key.jwk]
    const options = {
      ...optionsWith([]),
      jwks: { keys },
      get appId() {
        reads++
        return reads === 1 ? appId : 'evil'
      },
    }
    const guard = createGuard(options)
    keys.length = 0
    Object.assign(options, { issuer: 'https://evil.example/oidc', now: () => 0 })
    await expectAdmitted(guard, tokenBy(key, idClaims))
    expect(reads).toBe(1)
  })

  it('M12: a polluted Object.prototype does not configure a permission hook', async () => {
    const evil = { cacheSeconds: 300, callerOnly: true, usersOnly: true, takesContext: false }
    let asked = 0
    const check = () => ++asked > 0
    const identity = await worldWith([key.jwk]).guard.verifyToken(tokenBy(key, idClaims))
    try {
      for (const [name, value] of Object.entries({ ...evil, hasRole: () => true })) {
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
      }
      const requirement = { action: 'book:read', resource: 'book:1', context: { ip: '127.0.0.1' } }
      for (const checkPermission of [check, { check }]) {
        asked = 0
        const { guard } = worldWith([key.jwk], { checkPermission })
        for (let round = 0; round < 2; round++) await guard.authorize(identity, requirement)
        expect(asked).toBe(2)
        expectThrow({ issuer, appId, checkPermission, roles: 'authing' }, "roles is 'authing', which needs")
      }
      Object.defineProperty(Object.prototype, 'check', { value: check, configurable: true, writable: true })
      expectThrow({ issuer, appId, checkPermission: {} }, 'checkPermission.check must be a function')
    } finally {
      for (const name of [...Object.keys(evil), 'hasRole', 'check']) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  it('J1, M12: a polluted Object.prototype adds nothing to headers and errors', async () => {
    const { guard } = worldWith([key.jwk])
    const evil = { scope: 'a", evil="b', retryAfter: 'evil', cause: 'evil' }
    try {
      for (const [name, value] of Object.entries(evil)) {
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
      }
      const error = await refusalOf(guard.verifyToken('x'))
      expect(Object.entries(error.headers)).toEqual([
        ['Cache-Control', 'no-store'],
        ['WWW-Authenticate', challengeOf401],
      ])
      expect(Object.hasOwn(error, 'cause')).toBe(false)
    } finally {
      for (const name of Object.keys(evil)) Reflect.deleteProperty(Object.prototype, name)
    }
  })
})
