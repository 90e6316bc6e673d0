import { describe, expect, it } from 'vitest'
import type { Identity } from '../../src/common/identity.js'
import { chainUnlessRefused } from '../../src/common/maybe-promise.js'
import { type Refusal, refuse } from '../../src/common/refusal.js'
import type { Verifier } from '../../src/crypto/signature.js'
import type { CheckedClaims } from '../../src/token/checks.js'
import type { VerifiedToken } from '../../src/token/verify.js'

// Refusals that are values.

const refusal = refuse('signature_invalid')

describe('a refusal that is a value', () => {
  it('cannot pass for an identity: the compiler refuses it', () => {
    type PassesFor<T> = Refusal extends T ? true : false
    const token: PassesFor<VerifiedToken> = false
    const identity: PassesFor<Identity> = false
    const verifier: PassesFor<Verifier> = false
    const claims: PassesFor<CheckedClaims> = false
    expect([token, identity, verifier, claims]).toEqual([false, false, false, false])
  })

  it('skips the steps that follow, and is returned as it is', async () => {
    const next = (): never => {
      throw new Error('a step was taken')
    }
    expect(chainUnlessRefused(refusal, next)).toBe(refusal)
    expect(await chainUnlessRefused(Promise.resolve(refusal), next)).toBe(refusal)
  })

  it('may come from a step, synchronously or later', async () => {
    expect(chainUnlessRefused(1, () => refusal)).toBe(refusal)
    expect(chainUnlessRefused<number, number>(1, (one) => one + 1)).toBe(2)
    expect(await chainUnlessRefused(Promise.resolve(1), () => refusal)).toBe(refusal)
    expect(await chainUnlessRefused<number, number>(Promise.resolve(1), (one) => one + 1)).toBe(2)
  })
})
