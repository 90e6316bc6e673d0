export type { Forgotten } from './access/decisions.js'
export type { DecidedEvent } from './access/news.js'
export type { PermissionHook, PermissionQuestion, RoleQuestion } from './access/permission.js'
export type { JsonRecord, OneOrMore, Requirement } from './access/requirement.js'
export type { HookContext } from './core/answer.js'
export type { BearerPrefix } from './core/bearer.js'
export type { Claims, Json, JsonObject } from './core/claims.js'
export { type ErrorBody, type ErrorResponse, errorResponse, GuardError, type Reason } from './core/errors.js'
export type {
  AnonymousEvent,
  GuardEvent,
  GuardMessage,
  GuardName,
  IntrospectedEvent,
  IntrospectionFailedEvent,
  KeysEvent,
  Misuse,
  MisusedEvent,
  ObservationEndedEvent,
  ObservedEvent,
  RefusedEvent,
  RevokedEvent,
  StoreFailedEvent,
  StoreRejectedEvent,
  VerifiedEvent,
  WouldHaveFailed,
  WouldHavePassed,
  WouldHaveRefused,
} from './core/events.js'
export { createGuard, type Guard } from './core/guard.js'
export type { ApplicationHealth, GuardHealth } from './core/health.js'
export type { Fetch } from './core/http.js'
export type {
  DelegateIdentity,
  Identity,
  IdentitySummary,
  MachineIdentity,
  TokenType,
  UserIdentity,
} from './core/identity.js'
export type { ObserveOptions, Observer } from './core/observation.js'
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
  StoreOptions,
  UserPoolAlone,
  UserPoolOptions,
} from './core/options.js'
export type { Caller } from './core/walk.js'
export type { KeysFailed, KeysHealth, KeysNews, KeysRefreshed, KeysState } from './keys/news.js'
export type { StoreClient } from './online/client.js'
export type { RevocationHook } from './online/hook.js'
export type { Revoked } from './online/revocation.js'
export type { Algorithm, PublicKeyAlgorithm } from './verify/algorithm.js'
