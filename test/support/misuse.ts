import { inspect } from 'node:util'
import { createGuard, type Guard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { expect } from 'vitest'
import { withParts } from './parts.js'

/** Both ways to make a guard, of anything at all. */
export const makers: readonly ((...given: readonly unknown[]) => Guard)[] = [
  createGuard as never,
  authingGuard as never,
]

/** Both createGuard and authingGuard refuse these options when they are called, and say why. */
export function expectThrow(options: unknown, message: RegExp | string = /^authing-guard: /) {
  for (const make of makers) {
    let thrown: unknown
    try {
      make(withParts(options))
    } catch (error) {
      thrown = error
    }
    expect(thrown, inspect(options)).toBeInstanceOf(TypeError)
    expect(String(thrown)).toMatch(/^TypeError: authing-guard: /)
    const said = typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message)
    expect(thrown).toHaveProperty('message', said)
  }
}
