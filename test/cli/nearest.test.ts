import { expect, test } from 'vitest'
import { nearest } from '../../src/cli/nearest.js'

const names = ['issuer', 'app-id', 'json', 'reveal', 'revoke', 'ready'] as const

test.each([
  ['issuer', 'issuer'],
  ['ISSUER', 'issuer'],
  ['isuer', 'issuer'],
  ['isssuer', 'issuer'],
  ['ussuer', 'issuer'],
  ['sisuer', 'issuer'],
  ['appid', 'app-id'],
  ['josn', 'json'],
  ['reveke', 'revoke'],
  ['revoal', 'reveal'],
  ['revoek', 'revoke'],
])('%s is nearest to %s', (typed, meant) => {
  expect(nearest(typed, names)).toBe(meant)
})

test.each(['', 'x', 'jo', 'config', 'constructor', 'reissuers-id'])('%j is near to none', (typed) => {
  expect(nearest(typed, names)).toBeUndefined()
})
