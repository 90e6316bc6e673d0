import { describe, expect, it } from 'vitest'
import { compact } from '../support/forge.js'
import { withStackOf } from '../support/stack.js'
import { accessClaims, expect401, expectAdmitted, home } from '../support/world.js'

// C16: a 16 KiB token holds about 6,000 levels of nesting, which overflow the stack of any recursive function.

const { guard, token } = home({ checkPermission: () => true }, 'ES256')
const longest = 16_384

/** A token whose claim `deep` has this many levels. */
const nested = (levels: number, open = '[', close = ']') =>
  token(`${JSON.stringify(accessClaims).slice(0, -1)},"deep":${open.repeat(levels)}1${close.repeat(levels)}}`)

/** The token with the most levels that the size limit allows. */
function deepest(open?: string, close?: string): string {
  let [low, high] = [1, longest]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (nested(middle, open, close).length <= longest) low = middle
    else high = middle
  }
  return nested(low, open, close)
}

// A recursive freeze needs more than twice as much for the objects, and seven times as much for the lists.
const littleStack = 2000

describe('nesting', () => {
  it('C16: a token with as many levels of nesting as 16 KiB can hold is verified and frozen without recursion', async () => {
    await expectAdmitted(guard, token(accessClaims))
    const flat = token({ ...accessClaims, deep: 'x'.repeat(11_000) })
    await expect(withStackOf(littleStack, () => guard.verifyToken(flat))).resolves.toBeDefined()
    for (const deep of [deepest(), deepest('{"a":', '}')]) {
      expect(deep.length).toBeGreaterThan(longest - 16)
      const { claims } = await withStackOf(littleStack, () => guard.verifyToken(deep))
      for (let level = claims['deep']; typeof level === 'object' && level !== null; level = Object.values(level)[0]) {
        expect(Object.isFrozen(level)).toBe(true)
      }
    }
  })

  it('C16: nesting beyond the size limit, and unterminated nesting in the header, are refused', async () => {
    await expect401(guard, nested(60_000), 'malformed_token')
    const header = compact(`{"alg":${'['.repeat(10_000)}`, '', () => new Uint8Array(64))
    await expect401(guard, header, 'malformed_token')
  })

  it('C16: a permission check works for a token with as many levels of nesting as 16 KiB can hold', async () => {
    const deleting = guard.require({ action: 'book:delete', resource: 'book:1' })
    await expectAdmitted(deleting, token(accessClaims))
    for (const deep of [deepest(), deepest('{"a":', '}')]) {
      await expect(withStackOf(littleStack, () => deleting.verifyToken(deep))).resolves.toBeDefined()
    }
  })
})
