import type { Guard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { compact, keyPair, signer } from '../support/forge.js'
import { accessClaims, expect401, expectAdmitted, home, idClaims, worldWith } from '../support/world.js'

// C, row 46: 16 KiB hold some 6,000 levels of nesting, which overflow whatever walks them by calling itself.

const key = keyPair('ES256', 'kid-1')
const { guard } = worldWith([key.jwk])
const header = { alg: 'ES256', typ: 'JWT', kid: 'kid-1' }
const sign = signer('ES256', key.privateKey)

describe('nesting', () => {
  it('#46 stands 1,500 levels of nesting, and as many as the size allows', async () => {
    const nested = (levels: number, open = '[', close = ']') =>
      compact(
        header,
        `${JSON.stringify(idClaims).slice(0, -1)},"deep":${open.repeat(levels)}1${close.repeat(levels)}}`,
        sign,
      )
    for (const token of [nested(1500), nested(5500), nested(1800, '{"a":', '}')]) {
      const { claims } = await guard.verifyToken(token)
      expect(Object.isFrozen(claims['deep'])).toBe(true)
    }
    await expect401(guard, nested(60_000), 'malformed_token')
    await expect401(guard, compact(`{"alg":${'['.repeat(10_000)}`, '', sign), 'malformed_token')
  })

  it('#46 asks a permission hook about a token of 4,000 levels, on the stack of a main thread', async () => {
    const { guard, token } = home({ checkPermission: () => true })
    const deep = token(`${JSON.stringify(accessClaims).slice(0, -1)},"deep":${'['.repeat(4000)}${']'.repeat(4000)}}`)
    const deleting = guard.require({ action: 'book:delete', resource: 'book:1' })
    await expectAdmitted(deleting, token(accessClaims))
    // A worker's stack is four times as large: half of it is used up first.
    let frames = 0
    const fill = (): void => {
      frames++
      fill()
    }
    expect(fill).toThrow(RangeError)
    const under = <T>(left: number, run: () => T): T => (left <= 0 ? run() : under(left - 1, run))
    const within = (one: Guard) => under(Math.floor(frames / 2), () => one.verifyToken(deep))
    await expect(within(guard)).resolves.toBeDefined()
    await expect(within(deleting)).resolves.toBeDefined()
  })
})
