import type { Claims } from './claims.js'

/** Which kind of token proved the caller. */
export type TokenType = 'id_token' | 'access_token' | 'user_token' | 'opaque'

interface IdentityBase {
  /**
   * What was sent: an OIDC id token, an access token, the `user.token` of Authing's older SDKs, or an opaque access token
   * that the issuer was asked about.
   */
  readonly tokenType: TokenType
  /** The issuer, as configured. Absent only for a legacy `user.token` without `iss`. */
  readonly issuer?: string
  /** The Authing application that the token was issued for. */
  readonly appId?: string
  /** The user pool, where the token names it. */
  readonly userPoolId?: string
  /** The tenant, where the token names it. */
  readonly tenantId?: string
  /** The scopes granted. From access tokens alone: an id token grants none. */
  readonly scopes: readonly string[]
  /** When the token was issued, in seconds since the epoch. */
  readonly issuedAt?: number
  /** When the token ends, in seconds since the epoch. */
  readonly expiresAt: number
  /** Everything that the token says, verified; nulls kept. Left out of `JSON.stringify` and `util.inspect`. */
  readonly claims: Claims
}

/** A user who signed in. */
export interface UserIdentity extends IdentityBase {
  readonly kind: 'user'
  /** `sub`, or `data.id` of a legacy token. */
  readonly userId: string
  readonly clientId?: never
}

/** A programmatic access key by itself: a server, no user. */
export interface MachineIdentity extends IdentityBase {
  readonly kind: 'machine'
  /** The access key. */
  readonly clientId: string
  readonly userId?: never
}

/** An access key that acts for a user who consented. */
export interface DelegateIdentity extends IdentityBase {
  readonly kind: 'delegate'
  /** The access key. */
  readonly clientId: string
  readonly userId: string
}

/**
 * Who calls. Deeply frozen, and shared by all requests with the same token: do not store per-request data on it or use
 * it as a key.
 */
export type Identity = UserIdentity | MachineIdentity | DelegateIdentity

type Without<T> = T extends Identity ? Omit<T, 'claims' | 'toJSON'> : never
/** An identity but for its claims: what a log sees. */
export type IdentitySummary = Without<Identity>

/** What every identity has, before its kind is known: all members are there, undefined where the token does not say. */
export type IdentityFacts = { readonly [Name in keyof Required<IdentityBase>]: IdentityBase[Name] }

const inspect = Symbol.for('nodejs.util.inspect.custom')

class Caller {
  declare readonly tokenType: TokenType
  declare readonly issuer?: string
  declare readonly appId?: string
  declare readonly userPoolId?: string
  declare readonly tenantId?: string
  declare readonly scopes: readonly string[]
  declare readonly issuedAt?: number
  declare readonly expiresAt: number
  declare readonly claims: Claims

  constructor(facts: IdentityFacts) {
    this.tokenType = facts.tokenType
    if (facts.issuer !== undefined) this.issuer = facts.issuer
    if (facts.appId !== undefined) this.appId = facts.appId
    if (facts.userPoolId !== undefined) this.userPoolId = facts.userPoolId
    if (facts.tenantId !== undefined) this.tenantId = facts.tenantId
    this.scopes = facts.scopes
    if (facts.issuedAt !== undefined) this.issuedAt = facts.issuedAt
    this.expiresAt = facts.expiresAt
    this.claims = facts.claims
  }

  // Identities end up in logs, and claims are personal data.
  toJSON(): object {
    const { claims: _, ...summary } = this
    return summary
  }

  [inspect](): object {
    return this.toJSON()
  }
}

class User extends Caller implements UserIdentity {
  readonly kind = 'user'
  constructor(
    facts: IdentityFacts,
    readonly userId: string,
  ) {
    super(facts)
    Object.freeze(this)
  }
}

class Machine extends Caller implements MachineIdentity {
  readonly kind = 'machine'
  constructor(
    facts: IdentityFacts,
    readonly clientId: string,
  ) {
    super(facts)
    Object.freeze(this)
  }
}

class Delegate extends Caller implements DelegateIdentity {
  readonly kind = 'delegate'
  constructor(
    facts: IdentityFacts,
    readonly clientId: string,
    readonly userId: string,
  ) {
    super(facts)
    Object.freeze(this)
  }
}

/** A user who signed in. The proof's scopes and claims must be frozen; so is what this and the next two make. */
export function userIdentity(facts: IdentityFacts, userId: string): UserIdentity {
  return new User(facts, userId)
}

/** An access key by itself. */
export function machineIdentity(facts: IdentityFacts, clientId: string): MachineIdentity {
  return new Machine(facts, clientId)
}

/** An access key that acts for a user. */
export function delegateIdentity(facts: IdentityFacts, clientId: string, userId: string): DelegateIdentity {
  return new Delegate(facts, clientId, userId)
}
