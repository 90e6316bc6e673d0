import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covers, parseScope, parseScopes } from '../../src/authorization/scope.js'
import { scaled } from '../support/scale.js'

// What holds for all scopes, whatever their names are.

const isCovered = (granted: readonly string[], needed: string, expandsBare: boolean) =>
  covers(parseScopes(granted), parseScope(needed), expandsBare)

/** A part as Authing allows one, but for the reserved names, or any text at all. */
const plain = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'abcABC019_-.') })
const part = fc.oneof(plain, fc.string({ minLength: 1, unit: 'binary' })).filter((text) => !/[:*]/.test(text))
const resource = part.filter((text) => !/^urn$/i.test(text) && !reserved.includes(text))
const reserved = ['openid', 'profile', 'email', 'phone', 'address', 'username', 'roles', 'user', 'role', 'org', 'api']
const second = part.filter((text) => !text.startsWith('//'))
const anything = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'ab:*/ ') }))

const property = (check: fc.IRawProperty<unknown>) =>
  fc.assert(check as fc.IProperty<unknown>, { numRuns: scaled(2000) })

describe('scopes', () => {
  test('what is granted covers itself, whatever it is', () => {
    property(
      fc.property(anything, fc.array(anything), fc.boolean(), (scope, others, expands) => {
        expect(isCovered([...others, scope], scope, expands)).toBe(true)
      }),
    )
  })

  test('a wildcard covers all that it spells out', () => {
    property(
      fc.property(resource, second, second, fc.boolean(), (name, id, action, expands) => {
        const spelledOut = [`${name}:${action}`, `${name}:${id}:${action}`, `${name}:*:${action}`, `${name}:*`]
        for (const needed of spelledOut) {
          for (const wildcard of ['*:*', '*:*:*', `${name}:*`, `${name}:*:*`]) {
            expect(isCovered([wildcard], needed, expands), `${wildcard} ${needed}`).toBe(true)
          }
          expect(isCovered([name], needed, true)).toBe(true)
          expect(isCovered(['*'], needed, true)).toBe(true)
        }
        expect(isCovered([`${name}:${id}:*`], `${name}:${id}:${action}`, expands)).toBe(true)
        expect(isCovered([`${name}:*:${action}`], `${name}:${id}:${action}`, expands)).toBe(true)
      }),
    )
  })

  test('nothing covers across resources', () => {
    const of = (name: string) =>
      fc.array(fc.oneof(second, fc.constant('*')), { maxLength: 2 }).map((parts) => [name, ...parts].join(':'))
    property(
      fc.property(
        fc
          .uniqueArray(resource, { minLength: 2, maxLength: 2 })
          .chain(([one = '', other = '']) => fc.tuple(fc.array(of(one)), of(other))),
        fc.boolean(),
        ([granted, needed], expands) => {
          expect(isCovered(granted, needed, expands)).toBe(false)
        },
      ),
    )
  })

  test('a bare name covers nothing but itself unless it is expanded', () => {
    property(
      fc.property(resource, anything, (name, needed) => {
        fc.pre(name !== needed)
        expect(isCovered([name], needed, false)).toBe(false)
      }),
    )
  })

  test('a narrower grant never covers more than a wider one', () => {
    property(
      fc.property(resource, second, second, anything, fc.boolean(), (name, id, action, needed, expands) => {
        const widening = [`${name}:${id}:${action}`, `${name}:*:${action}`, `${name}:*:*`]
        fc.pre(!widening.includes(needed))
        const covered = widening.map((scope) => isCovered([scope], needed, expands))
        expect(covered).toEqual([...covered].sort())
      }),
    )
  })

  test('covering is passed on: what covers what covers a scope covers that scope', () => {
    const parts = ['a', 'b', '*']
    const two = parts.flatMap((one) => parts.map((other) => `${one}:${other}`))
    const scopes = [...parts, ...two, ...two.flatMap((some) => parts.map((last) => `${some}:${last}`))]
    for (const expands of [true, false]) {
      const coveredBy = new Map(scopes.map((one) => [one, scopes.filter((other) => isCovered([one], other, expands))]))
      for (const [widest, covered] of coveredBy) {
        const further = covered.flatMap((middle) => coveredBy.get(middle) ?? [])
        expect(covered, widest).toEqual(expect.arrayContaining(further))
      }
    }
  })
})
