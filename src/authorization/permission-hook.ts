import type { HookContext } from '../common/call-hook.js'
import { invalidOption } from '../common/config-error.js'
import type { Identity } from '../common/identity.js'
import { readOptions } from '../common/option-reader.js'
import {
  callback,
  choice,
  flag,
  type Option,
  type OptionValues,
  refined,
  seconds,
  type TableOf,
} from '../common/options.js'

/** A question about a permission: everything that the answer may depend on, besides the identity. */
export interface PermissionQuestion {
  readonly action: string
  readonly resource: string
  /** The namespace of the resource, where the requirement names one. */
  readonly namespace: string | undefined
  /** A frozen JSON copy of the requirement's `context`, or of what that computed from the request. */
  readonly context: Readonly<Record<string, unknown>> | undefined
}

/** A question about roles: does the caller have at least one of them? */
export interface RoleQuestion {
  /** Codes of roles, at least one. */
  readonly roles: readonly string[]
  readonly namespace: string | undefined
}

/**
 * Answers whether a caller may do something. `true` admits and `false` is a 403. Any other value, a throw, and no answer
 * within 2 seconds are an outage (503).
 */
export type PermissionCheck = (
  identity: Identity,
  question: PermissionQuestion,
  context: HookContext,
) => boolean | Promise<boolean>

/** Answers whether a caller has at least one of several roles, under the rules of {@link PermissionCheck}. */
export type RoleCheck = (identity: Identity, question: RoleQuestion, context: HookContext) => boolean | Promise<boolean>

/**
 * A permission check with its settings. A guard reads it once, when the guard is made, and by its own properties alone:
 * a method of a class is not found.
 */
export interface PermissionHookObject {
  /** Answers requirements with `action`. */
  readonly check: PermissionCheck
  /** Answers requirements with `role` or `anyRole`, with `roles: 'authing'`. Default: none, and these throw at wiring. */
  readonly hasRole?: RoleCheck | undefined
  /** Seconds for which an answer holds, from the question on. Default: 0, each request asks. At most 300. */
  readonly cacheSeconds?: number | undefined
  /**
   * Whether the answers depend on the caller alone: application, tenant, kind, access key and user. Default: false, they
   * may depend on every claim, and an answer holds for one token only.
   */
  readonly callerOnly?: boolean | undefined
  /** Whether it can answer for users only: a machine is then refused without a call. Default: false. */
  readonly usersOnly?: boolean | undefined
  /** Whether the answers may depend on `context`. If not, a requirement with `context` throws at wiring. Default: true. */
  readonly takesContext?: boolean | undefined
  /** Whether it holds a secret. A guard that is made in a web page then warns. Default: false. */
  readonly holdsSecret?: boolean | undefined
}

/** The option `checkPermission`: a function, or an object with that function and its settings. */
export type PermissionHook = PermissionCheck | PermissionHookObject

const check: Option<PermissionCheck> = refined(callback<PermissionCheck>(), (given, name) => {
  if (given !== undefined) return given
  throw invalidOption(name, 'must be a function (identity, question, context) => boolean, on the object itself')
})

export const permissionHookOptions = {
  check,
  hasRole: callback<RoleCheck>(),
  cacheSeconds: seconds({ min: 0, max: 300, default: 0 }),
  callerOnly: flag,
  usersOnly: flag,
  takesContext: choice([true, false], { default: true }),
  holdsSecret: flag,
} satisfies TableOf<PermissionHookObject>

/** A permission hook as a guard uses it: every setting has its value. */
export type PermissionHookSettings = OptionValues<typeof permissionHookOptions>

/** Reads a permission hook. @throws {TypeError} */
export function readPermissionHook(value: unknown, name: string): PermissionHookSettings {
  if (typeof value === 'function') {
    // A setting on the function would be ignored unnoticed. Other properties are none of ours: a mock function has some.
    const extra = Object.keys(value).filter((key) => Object.hasOwn(permissionHookOptions, key))
    if (extra.length === 0) return readOptions(permissionHookOptions, { check: value }, `${name}.`)
    throw invalidOption(
      name,
      `is a function with ${extra.slice(0, 3).join(', ')}: pass an object, like ${name}: { check, cacheSeconds: 5 }`,
    )
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return readOptions(permissionHookOptions, value, `${name}.`)
  }
  throw invalidOption(name, `must be a function, or an object with ${Object.keys(permissionHookOptions).join(', ')}`)
}

/** The option `checkPermission`; undefined where it is left out. */
export const permissionHook: Option<PermissionHookSettings | undefined> = {
  read: (value, name) => (value === undefined ? undefined : readPermissionHook(value, name)),
}
