import { describe, expect, expectTypeOf, it } from 'vitest'
import { type CheckParams, checks } from '../../src/common/checks.js'
import { reasons } from '../../src/common/reasons.js'
import { refuse } from '../../src/common/refusal.js'

describe('the checks', () => {
  it('have every reason of the closed list', () => {
    const made = new Set(Object.values(checks).map(([reason]) => reason))
    expect([...made].sort()).toEqual(Object.keys(reasons).sort())
  })
})

describe('a refusal', () => {
  it('takes the parameters of its check and no others, by its types', () => {
    expectTypeOf<CheckParams<'exp_passed'>>().toEqualTypeOf<{ readonly exp: number; readonly now: number }>()
    expectTypeOf<Parameters<typeof refuse<'exp_passed'>>[1]>().toEqualTypeOf<CheckParams<'exp_passed'>>()
    expectTypeOf<Parameters<typeof refuse<'cty_nested'>>[1]>().toEqualTypeOf<
      Readonly<Record<string, never>> | undefined
    >()
  })

  it('has the reason, the detail and the parameters of its check', () => {
    const refusal = refuse('exp_passed', { exp: 1, now: 2 })
    expect([refusal.reason, refusal.detail]).toEqual(['expired_token', 'exp is 1, it is 2'])
    expect(refusal.failed).toEqual({ name: 'exp_passed', exp: 1, now: 2 })
  })

  it('says that the introspection reply was checked, in its detail and in its check', () => {
    const refusal = refuse('exp_passed', { exp: 1, now: 2 }).inReply()
    expect(refusal.detail).toBe('the introspection reply: exp is 1, it is 2')
    expect(refusal.failed).toEqual({ name: 'exp_passed', exp: 1, now: 2, source: 'introspection_reply' })
  })

  it('shows the first values of an aud, and values out of a token cut to 64 characters and escaped', () => {
    const long = `\u202e${'a'.repeat(80)}`
    const refusal = refuse('aud_of_access_token', {
      aud: ['a', 'b', { id: 'secret' }, 'd'],
      azp: long,
      expected: ['x'],
    })
    const azp = `\\u202e${'a'.repeat(63)}`
    expect(refusal.failed).toMatchObject({ aud: ['a', 'b', 'a object'], azp, expected: ['x'] })
    expect(refusal.detail).toBe(`aud is ["a", "b", "a object", and 1 more], azp "${azp}", expected "x"`)
    expect(refuse('kid_not_string', { kid: ['secret'] }).failed).toEqual({ name: 'kid_not_string', kid: 'a list' })
  })
})
