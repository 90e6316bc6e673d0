import { createUserPool, type UserPool } from 'authing-guard/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { algorithms, mintAlgorithms } from '../../src/testing/algorithm.js'
import { defectNames, defectsOf } from '../../src/testing/attack.js'
import { tokenTypes } from '../../src/testing/claims.js'
import { algorithmsOf } from '../../src/testing/draft.js'
import { fieldsOf } from '../../src/testing/mint.js'

// The form of the console offers exactly what `mint` accepts.

const takes = (mint: () => string): boolean => {
  try {
    return mint() !== ''
  } catch {
    return false
  }
}

let pool: UserPool
beforeAll(async () => {
  const apps = [{ algorithm: 'ES256' as const }, ...algorithms.map((algorithm) => ({ appId: algorithm, algorithm }))]
  pool = await createUserPool({ apps })
})
afterAll(() => pool.close())

describe.each(tokenTypes)('the form for a %s', (type) => {
  test('offers the defects that mint accepts', () => {
    const taken = defectNames.filter((wrong) => takes(() => Reflect.apply(pool.mint, pool, [{ type, defect: wrong }])))
    const bySecret = type === 'legacy_user_token' || type === 'management_token'
    expect(defectsOf(type).filter((wrong) => !(bySecret && wrong === 'unknown_key'))).toEqual(taken)
  })

  test('offers the fields that mint accepts', () => {
    const taken = ['userId', 'accessKeyId', 'scope'].filter((name) => takes(() => pool.mint({ type, [name]: 'one' })))
    expect(fieldsOf(type)).toEqual(taken)
  })

  test('offers the algorithms that the pool has a key for', () => {
    for (const own of algorithms) {
      const taken = mintAlgorithms.filter((algorithm) => takes(() => pool.mint({ type, algorithm, appId: own })))
      expect(algorithmsOf(type, own), own).toEqual(taken)
    }
  })
})
