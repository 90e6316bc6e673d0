import type { Identity, TokenType } from '../common/identity.js'
import type { MaybePromise } from '../common/maybe-promise.js'
import type { Refusal } from '../common/refusal.js'

/** One, or a list. */
export type OneOrMore<T> = T | readonly T[]

/**
 * What a route asks of a caller who is known; all of it must hold. `Request` is what the host hands over: an Express
 * request, a Koa context, a web `Request`.
 */
export interface Requirement<Request = unknown> {
  /** A scope that the access token must grant, or several: every one. In Authing's grammar: `book:read`, `book:1:read`. */
  readonly scope?: OneOrMore<string>
  /** Scopes of which the access token must grant one. */
  readonly anyScope?: OneOrMore<string>
  /** A role that the user must have, or several: every one. Needs the guard's `roles` option. */
  readonly role?: OneOrMore<string>
  /** Roles of which the user must have one. */
  readonly anyRole?: OneOrMore<string>
  /** An action that `checkPermission` must allow on `resource`. */
  readonly action?: string
  /** The resource of `action`, or how to find it out from the request. */
  readonly resource?: string | ((request: Request) => string)
  /** What else the answer may depend on: a JSON object, or how to find it out from the request. */
  readonly context?: JsonRecord | ((request: Request) => JsonRecord)
  /** The namespace of `resource`, `role` and `anyRole`, where it is not the hook's own. */
  readonly namespace?: string
  /** Which kind of caller. */
  readonly kind?: OneOrMore<Identity['kind']>
  /** Which kind of token. */
  readonly accept?: OneOrMore<TokenType>
  /** Which application the token was issued for. */
  readonly appId?: OneOrMore<string>
  /** Which tenant the token names. */
  readonly tenantId?: OneOrMore<string>
  /** The issuer, asked now, must call the token active. Needs the guard's `introspection` option. */
  readonly introspection?: true
  /** A rule of your own. Only `true` admits, only `false` is a no. */
  readonly when?: (identity: Identity, request: Request) => boolean | Promise<boolean>
}

/** An object of JSON, as the `context` of a requirement is. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** A requirement, or a part of one, ready to run. Answers with the identity if it meets the requirement. */
export type RequirementCheck = (identity: Identity, request: unknown) => MaybePromise<Identity | Refusal>
