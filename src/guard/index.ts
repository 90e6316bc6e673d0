export type { DecidedEvent, Forgotten } from '../authorization/decisions.js'
export type {
  PermissionCheck,
  PermissionHook,
  PermissionHookObject,
  PermissionQuestion,
  RoleCheck,
  RoleQuestion,
} from '../authorization/permission-hook.js'
export type { JsonRecord, OneOrMore, Requirement } from '../authorization/requirement.js'
export type { HookContext } from '../common/call-hook.js'
export type { CheckName, FailedCheck } from '../common/checks.js'
export type { Claims, Json, JsonObject, RegisteredClaims } from '../common/claims.js'
export {
  type ErrorBody,
  type ErrorResponse,
  errorResponse,
  GuardError,
  isGuardError,
  type Reason,
} from '../common/errors.js'
export type { Fetch, FetchInit, FetchResponse } from '../common/http.js'
export type {
  DelegateIdentity,
  Identity,
  IdentitySummary,
  MachineIdentity,
  TokenType,
  UserIdentity,
} from '../common/identity.js'
export type { Algorithm, PublicKeyAlgorithm } from '../crypto/algorithm.js'
export type { IntrospectionPart } from '../introspection/index.js'
export type { ApplicationIntrospectionOptions, OneOfSeveralIntrospectionOptions } from '../introspection/options.js'
export type { KeySetEvent, KeysFailed, KeysHealth, KeysRefreshed, KeysState, StaleBound } from '../jwks/events.js'
export type { JwksCacheOptions } from '../jwks/options.js'
export type { RevocationContext, RevocationHook } from '../revocation/hook.js'
export type { Revoked } from '../revocation/revocation.js'
export type { StoreHealth } from '../store/contract.js'
export type { StorePart } from '../store/index.js'
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
  WebhookReceivedEvent,
  WouldHaveFailed,
  WouldHavePassed,
  WouldHaveRefused,
} from '../telemetry/events.js'
export type { BearerPrefix } from '../token/bearer.js'
export type { TokenCacheOptions, UserPoolOptions } from '../token/token-options.js'
export type { AnyGuard, CallerFor, Guard, GuardFor } from './contract.js'
export { createGuard } from './guard.js'
export type { ApplicationHealth, GuardHealth } from './health.js'
export type { ObserveOptions, Observer } from './observe.js'
export type {
  ApplicationOptions,
  CommonOptions,
  GuardOptions,
  OneApplication,
  OneOfSeveral,
  PublicJsonWebKey,
  SeveralApplications,
  UserPoolAlone,
} from './options.js'
export type { AnyCaller, Caller } from './pipeline.js'
export type { ResourceMetadataOptions } from './resource-metadata.js'
