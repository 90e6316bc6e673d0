import type { Identity, PermissionHook, PermissionQuestion } from 'authing-guard'
import { gate, user } from './callers.js'

// A guard that asks a hook which remembers.

interface Call {
  readonly identity: Identity
  readonly question: PermissionQuestion
  readonly answer: (allowed: boolean) => void
}

/** A guard whose hook notes what it is asked; it answers true at once, or when it is told to. */
export function asking(more: Partial<PermissionHook> = {}, waits = false) {
  const calls: Call[] = []
  const hook = (identity: Identity, question: PermissionQuestion) => {
    return new Promise<boolean>((answer) => {
      calls.push({ identity, question, answer })
      if (!waits) answer(true)
    })
  }
  const checkPermission: PermissionHook = Object.assign(hook, { remember: 5, callerOnly: true, ...more })
  const world = gate({ checkPermission })
  const ask = (identity: Identity = user(), more: object = {}) =>
    world.guard.authorize(identity, { action: 'book:delete', resource: 'book:1', ...more })
  const pass = (seconds: number) => {
    world.time += seconds * 1000
  }
  return { guard: world.guard, calls, ask, pass, world }
}
