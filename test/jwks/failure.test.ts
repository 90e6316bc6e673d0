import { expect, test } from 'vitest'
import { unavailable } from '../../src/jwks/failure.js'

test('keys that are too old, with no fetch that failed, are refused with the shortest wait', () => {
  const refusal = unavailable(undefined, 1_700_000_000_000)
  expect(refusal).toMatchObject({ reason: 'keys_unavailable', extra: { retryAfter: 1 } })
})
