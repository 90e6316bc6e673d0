import type { Identity, PermissionHookObject, PermissionQuestion } from 'authing-guard'
import { gate, user } from './callers.js'

// A guard whose permission hook caches its answers.

interface Call {
  readonly identity: Identity
  readonly question: PermissionQuestion
  readonly answer: (allowed: boolean) => void
}

/** A guard whose hook records its calls. It answers true at once, or with `waits` when the test answers the call. */
export function asking(more: Partial<PermissionHookObject> = {}, waits = false) {
  const calls: Call[] = []
  const check = (identity: Identity, question: PermissionQuestion) => {
    return new Promise<boolean>((answer) => {
      calls.push({ identity, question, answer })
      if (!waits) answer(true)
    })
  }
  const world = gate({ checkPermission: { check, cacheSeconds: 5, callerOnly: true, ...more } })
  const ask = (identity: Identity = user(), more: object = {}) =>
    world.guard.authorize(identity, { action: 'book:delete', resource: 'book:1', ...more })
  const pass = (seconds: number) => {
    world.time += seconds * 1000
  }
  return { guard: world.guard, calls, ask, pass, world }
}
