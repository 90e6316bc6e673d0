import { describe, expect, test } from 'vitest'
import { quoteAudience, quoteExpected } from '../../src/common/quote.js'

describe('a list in a detail', () => {
  test('shows its first three values and how many more there are', () => {
    expect(quoteAudience(['a', 'b', 'c'])).toBe('["a", "b", "c"]')
    expect(quoteAudience(['a', 'b', 'c', 'd', 'e'])).toBe('["a", "b", "c", and 2 more]')
  })

  test('of expected values is joined by "or"', () => {
    expect(quoteExpected(['a', 'b'])).toBe('"a" or "b"')
    expect(quoteExpected(['a', 'b', 'c', 'd'])).toBe('"a" or "b" or "c" or 1 more')
  })
})
