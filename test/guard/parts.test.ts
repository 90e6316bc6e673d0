import { inspect } from 'node:util'
import { createGuard } from 'authing-guard'
import { introspection } from 'authing-guard/introspection'
import { sharedStore } from 'authing-guard/store'
import { describe, expect, test } from 'vitest'
import { keyPair } from '../support/forge.js'
import { appId, issuer } from '../support/world.js'

const base = { issuer, appId, jwks: { keys: [keyPair('ES256', 'kid-1').jwk] } }
const secret = 'the secret of the store, of more than 32 bytes'
const client = new Map()
const make = (options: object) => () => createGuard({ ...base, ...options } as never)

describe('a part of a guard', () => {
  test.each([
    ['a plain object', { when: 'opaque' }],
    ['a part of another kind', sharedStore({ client: client as never, secret })],
    ['null', null],
  ])('is not %s: the guard names the import', (_, value) => {
    const message =
      "introspection must be introspection({ ... }): import { introspection } from 'authing-guard/introspection'"
    expect(make({ introspection: value })).toThrow(new TypeError(`authing-guard: ${message}`))
  })

  test('cannot be a plain object for the store: the error names the import', () => {
    const message = "store must be sharedStore({ ... }): import { sharedStore } from 'authing-guard/store'"
    expect(make({ store: { client, secret } })).toThrow(new TypeError(`authing-guard: ${message}`))
  })

  test.each([1, 3])(
    'of version %d of the package throws, and the message says that two versions are loaded',
    (version) => {
      const contents = { kind: 'introspection', version, when: 'never' }
      const part = Object.defineProperty({}, Symbol.for('authing-guard.part'), { value: contents })
      expect(make({ introspection: part })).toThrow(/made by another version of authing-guard: two versions are loaded/)
    },
  )

  test('may serve several guards', () => {
    const asking = introspection({ clientSecret: 'x' })
    const store = sharedStore({ client: client as never, secret })
    for (let count = 0; count < 2; count++) expect(make({ introspection: asking, store })).not.toThrow()
  })

  test('shows no secret when it is logged', () => {
    expect(inspect(introspection({ clientSecret: 'hunter2' }), { depth: 9 })).not.toContain('hunter2')
    expect(JSON.stringify(sharedStore({ client: client as never, secret }))).toBe('{}')
  })

  test('throws as the introspection of one of apps, which must be a plain object', () => {
    const asking = introspection({ clientSecret: 'x' })
    const apps = [{ ...base, introspection: asking }]
    expect(() => createGuard({ apps, introspection: introspection({}) } as never)).toThrow(
      "apps[0].introspection is an application's own: write { clientSecret } without a call",
    )
    expect(() => createGuard({ apps: [{ ...base, introspection: { clientSecret: 'x' } }] })).toThrow(
      "apps[0].introspection needs the guard's option introspection",
    )
  })
})
