import { describe, expect, test } from 'vitest'
import { backOff, secondsUntil } from '../../src/common/back-off.js'

describe('the pause after failures in a row', () => {
  test.each([
    [1, 2000],
    [2, 4000],
    [3, 8000],
    [4, 16_000],
    [5, 30_000],
    [6, 30_000],
    [5000, 30_000],
  ])('after %d is between 1 s and %d ms', (failures, longest) => {
    expect(backOff(failures, 0)).toBe(1000)
    expect(backOff(failures, 1)).toBe(longest)
    expect(backOff(failures, 0.5)).toBe((1000 + longest) / 2)
  })
})

describe('the seconds for Retry-After', () => {
  test.each([
    [-5000, 1],
    [0, 1],
    [1000, 1],
    [1001, 2],
    [29_500, 30],
    [3_600_000, 30],
  ])('for a time %d ms ahead are %d', (ahead, seconds) => {
    expect(secondsUntil(1_000_000 + ahead, 1_000_000)).toBe(seconds)
  })
})
