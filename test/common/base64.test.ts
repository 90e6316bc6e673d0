import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOfBase64Url } from '../../src/common/base64.js'

test('base64url is decoded to the bytes that it was made of', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
      expect(bytesOfBase64Url(Buffer.from(bytes).toString('base64url'))).toEqual(new Uint8Array(bytes))
    }),
  )
})

test.each(['', 'A', 'AAAAA', 'AA==', 'AA+A', 'AA/A', 'AA A', 'AA\n', 'AAé'])('%j is not base64url', (text) => {
  expect(bytesOfBase64Url(text)).toBeUndefined()
})
