import { expect, test } from 'vitest'
import { type CheckedClaims, validUntil } from '../../src/token/checks.js'

const times = { toleranceAfterEnd: 5, toleranceAhead: 60, maxTokenAge: 60 }

test('a token is accepted until its exp or its greatest age, whichever comes first', () => {
  expect(validUntil({ iat: 100, exp: 150 } as unknown as CheckedClaims, times)).toBe(155)
  expect(validUntil({ iat: 100, exp: 200 } as unknown as CheckedClaims, times)).toBe(165)
})

test('a token without iat is over at once where its age is limited', () => {
  expect(validUntil({ exp: 1_700_000_000 } as unknown as CheckedClaims, times)).toBe(65)
})
