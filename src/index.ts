export type { Forgotten } from './access/decisions.js'
export type { PermissionHook, PermissionQuestion, RoleQuestion } from './access/permission.js'
export type { JsonRecord, Requirement } from './access/requirement.js'
export type { HookContext } from './core/answer.js'
export type { Claims, Json, JsonObject } from './core/claims.js'
export { type ErrorBody, type ErrorResponse, errorResponse, GuardError, type Reason } from './core/errors.js'
export type { GuardEvent, KeysEvent, RefusedEvent } from './core/events.js'
export { createGuard, type Guard } from './core/guard.js'
export type { ApplicationHealth, GuardHealth } from './core/health.js'
export type {
  DelegateIdentity,
  Identity,
  IdentitySummary,
  MachineIdentity,
  TokenType,
  UserIdentity,
} from './core/identity.js'
export type {
  ApplicationOptions,
  CacheOptions,
  CommonOptions,
  GuardOptions,
  KeysOptions,
  OneApplication,
  PublicJsonWebKey,
  SeveralApplications,
  StoreOptions,
  UserPoolAlone,
  UserPoolOptions,
} from './core/options.js'
export type { KeysFailed, KeysHealth, KeysNews, KeysRefreshed, KeysState } from './keys/news.js'
export type { StoreClient } from './online/client.js'
export type { RevocationHook } from './online/hook.js'
export type { Revoked } from './online/revocation.js'
export type { Algorithm } from './verify/algorithm.js'
