import type { HookContext } from '../common/call-hook.js'
import type { Identity } from '../common/identity.js'

/** What a permission hook is asked: everything that its answer may depend on, besides the identity. */
export interface PermissionQuestion {
  readonly action: string
  readonly resource: string
  /** The namespace of the resource, where the requirement names one. */
  readonly namespace: string | undefined
  /** A frozen JSON copy of what the requirement's `context` says of the request. */
  readonly context: Readonly<Record<string, unknown>> | undefined
}

/** What a hook is asked about roles: whether somebody has one of them, any one. */
export interface RoleQuestion {
  /** Codes of roles, at least one. */
  readonly roles: readonly string[]
  readonly namespace: string | undefined
}

/**
 * Whether somebody may do something. Only `true` admits, only `false` is a no (403); anything else, a throw and silence
 * for 2 seconds are an outage (503).
 */
export interface PermissionHook {
  (identity: Identity, question: PermissionQuestion, context: HookContext): boolean | Promise<boolean>
  /** Seconds for which an answer holds, from the question on. Default: 0, each is asked anew. At most 300. */
  readonly remember?: number
  /**
   * Whether its answers depend on who calls alone: application, tenant, kind, access key and user. Default: false, it
   * may look at all that the token says, and an answer then holds for that token only.
   */
  readonly callerOnly?: boolean
  /** Whether it can answer for users alone: a machine is then refused without asking. Default: false. */
  readonly usersOnly?: boolean
  /** Whether its answers can depend on `context`; where not, a requirement with one is refused at wiring. Default: true. */
  readonly takesContext?: boolean
  /** Whether it asks with a secret, which no page must hold: a guard that is made in one says so. Default: false. */
  readonly holdsSecret?: boolean
  /** Whether somebody has one of several roles, for `role` and `anyRole` requirements. Default: it cannot tell. */
  readonly hasRole?: (identity: Identity, question: RoleQuestion, context: HookContext) => boolean | Promise<boolean>
}

/** A hook and what it says of itself: members of its own, since what is on `Object.prototype` says nothing of it. */
export function ownHook(hook: PermissionHook): PermissionHook {
  const own: PermissionHook = (...asked) => hook(...asked)
  Object.setPrototypeOf(own, null)
  return Object.assign(own, hook)
}
