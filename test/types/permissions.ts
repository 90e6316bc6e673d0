import {
  createGuard,
  type PermissionCheck,
  type PermissionHook,
  type PermissionHookObject,
  type RoleCheck,
} from 'authing-guard'
import { type AuthingPermissions, authingPermissions } from 'authing-guard/permissions'

// The types of the permission hook: a plain function, or an object.

declare const application: { readonly issuer: string; readonly appId: string }
declare const check: PermissionCheck
declare const hasRole: RoleCheck

createGuard({
  ...application,
  checkPermission: (identity, { action }) => identity.kind === 'user' && action === 'read',
})
createGuard({
  ...application,
  checkPermission: async (_, { resource }, { signal }) => resource === '1' && !signal.aborted,
})
createGuard({
  ...application,
  checkPermission: { check: (identity) => identity.kind === 'user', hasRole, cacheSeconds: 5, callerOnly: true },
})

const permissions: AuthingPermissions = authingPermissions({ accessKeyId: '', accessKeySecret: '', model: 'acl' })
permissions satisfies PermissionHookObject satisfies PermissionHook
permissions.hasRole satisfies RoleCheck
createGuard({ ...application, checkPermission: permissions, roles: 'authing' })
createGuard({ ...application, checkPermission: { ...permissions, cacheSeconds: 0 }, roles: 'authing' })

// @ts-expect-error: an object needs check
createGuard({ ...application, checkPermission: { hasRole } })
// @ts-expect-error: the name is cacheSeconds
createGuard({ ...application, checkPermission: { check, remember: 5 } })
// @ts-expect-error: a check answers with a boolean
createGuard({ ...application, checkPermission: () => 'yes' })
// @ts-expect-error: the hook is an object, and no function
permissions(check)
