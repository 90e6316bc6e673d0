import type { Guard } from 'authing-guard'
import { describe, expect, it } from 'vitest'
import { accessClaims, expectAdmitted, home } from '../support/world.js'

// What the source does not hold yet. A test that passes moves to the file of its section.

describe('open', () => {
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
