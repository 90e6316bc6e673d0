import type {
  PermissionHookObject,
  PermissionQuestion,
  RoleCheck,
  RoleQuestion,
} from '../authorization/permission-hook.js'
import type { HookContext } from '../common/call-hook.js'
import { configError } from '../common/config-error.js'
import type { Identity } from '../common/identity.js'
import { Batches } from './batches.js'
import { askFlag, environmentOf } from './checks.js'
import { Management } from './management.js'
import { type AuthingPermissionsOptions, permissionSettingsOf } from './settings.js'

/** The permission hook that asks Authing, for a guard's `checkPermission`. It answers for `roles: 'authing'` too. */
export interface AuthingPermissions extends PermissionHookObject {
  readonly hasRole: RoleCheck
}

/**
 * Asks Authing's management API whether a user may do something, or has a role. An answer holds for 5 seconds
 * (`cacheSeconds`). A machine is refused, since there is no user to ask about. Without an answer from Authing the request
 * is a 503. The users are those of one user pool, the access key's. For applications of several pools pass an object of
 * your own, whose `check` chooses by `identity.appId`.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 *
 * @example
 * ```ts
 * import { createGuard } from 'authing-guard'
 * import { authingPermissions } from 'authing-guard/permissions'
 *
 * const checkPermission = authingPermissions({ accessKeyId, accessKeySecret, model: 'acl' })
 * const guard = createGuard({ issuer, appId, checkPermission, roles: 'authing' })
 * ```
 */
export function authingPermissions(options: AuthingPermissionsOptions): AuthingPermissions {
  const settings = permissionSettingsOf(options)
  const { model, namespace: ownNamespace } = settings
  const management = new Management(settings)
  const batches = new Batches(management)

  const check = async (
    identity: Identity,
    { action, resource, namespace = ownNamespace, context }: PermissionQuestion,
    { signal }: HookContext,
  ): Promise<boolean> => {
    if (identity.kind === 'machine') return false
    const { userId } = identity
    if (model === 'acl') {
      if (context !== undefined) throw configError("model 'acl' cannot take a context into account: leave it out")
      return askFlag(management, 'is-action-allowed', { userId, namespace, action, resource }, 'allowed', signal)
    }
    const authEnvParams = context && environmentOf(context)
    const question = { userId, namespaceCode: namespace, action, ...(authEnvParams && { authEnvParams }) }
    return batches.ask(question, resource, signal)
  }
  const hasRole = async (
    identity: Identity,
    { roles, namespace = ownNamespace }: RoleQuestion,
    { signal }: HookContext,
  ): Promise<boolean> => {
    if (identity.kind === 'machine') return false
    const codes = roles.map((code) => ({ code, namespace }))
    // By the user's id alone: else Authing takes an email or a user name for one, too.
    const question = { userId: identity.userId, roles: codes, options: { userIdType: 'user_id' } }
    return askFlag(management, 'has-any-role', question, 'hasAnyRole', signal)
  }
  return {
    check,
    hasRole,
    cacheSeconds: 5,
    callerOnly: true,
    usersOnly: true,
    takesContext: model === 'data',
    holdsSecret: true,
  }
}

export type {
  PermissionCheck,
  PermissionHookObject,
  PermissionQuestion,
  RoleCheck,
  RoleQuestion,
} from '../authorization/permission-hook.js'
export type { HookContext } from '../common/call-hook.js'
export type { AuthingPermissionsOptions, ManagementOptions } from './settings.js'
