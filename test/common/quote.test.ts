import { describe, expect, test } from 'vitest'
import { detailOf } from '../../src/common/quote.js'

describe('a list in a detail', () => {
  test('shows its first three values and how many more there are', () => {
    expect(detailOf('{aud}', { aud: ['a', 'b', 'c'] })).toBe('["a", "b", "c"]')
    expect(detailOf('{aud}', { aud: ['a', 'b', 'c', 'd', 'e'] })).toBe('["a", "b", "c", and 2 more]')
  })

  test('of expected values is joined by "or"', () => {
    expect(detailOf('{expected}', { expected: ['a', 'b'] })).toBe('"a" or "b"')
    expect(detailOf('{expected}', { expected: ['a', 'b', 'c', 'd'] })).toBe('"a" or "b" or "c" or 1 more')
  })
})
