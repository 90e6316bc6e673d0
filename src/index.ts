export type { Forgotten } from './access/decisions.js'
export type { HookContext, PermissionHook, PermissionQuestion, RoleQuestion } from './access/permission.js'
export type { JsonRecord, Requirement } from './access/requirement.js'
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
  ApplicationOnlineOptions,
  ApplicationOptions,
  CacheOptions,
  CommonOptions,
  GuardOptions,
  KeysOptions,
  MarkedOnlineOptions,
  OneApplication,
  OneOfSeveral,
  OnlineOptions,
  PublicJsonWebKey,
  SeveralApplications,
  SharedOnlineOptions,
  UserPoolAlone,
  UserPoolOptions,
} from './core/options.js'
export type { KeysFailed, KeysHealth, KeysNews, KeysRefreshed, KeysState } from './keys/news.js'
export type { Algorithm } from './verify/algorithm.js'
