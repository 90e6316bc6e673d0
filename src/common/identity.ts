import type { Claims } from './claims.js'

/** Which kind of token proved the caller. */
export type TokenType = 'id_token' | 'access_token' | 'user_token' | 'opaque'

interface IdentityBase<Own = Claims> {
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
  readonly claims: Own
}

/** A user who signed in. */
export interface UserIdentity<Own = Claims> extends IdentityBase<Own> {
  readonly kind: 'user'
  /** `sub`, or `data.id` of a legacy token. */
  readonly userId: string
  readonly clientId?: never
}

/** A programmatic access key by itself: a server, no user. */
export interface MachineIdentity<Own = Claims> extends IdentityBase<Own> {
  readonly kind: 'machine'
  /** The access key. */
  readonly clientId: string
  readonly userId?: never
}

/** An access key that acts for a user who consented. */
export interface DelegateIdentity<Own = Claims> extends IdentityBase<Own> {
  readonly kind: 'delegate'
  /** The access key. */
  readonly clientId: string
  readonly userId: string
}

/**
 * Who calls. Deeply frozen, and shared by all requests with the same token: do not store per-request data on it or use
 * it as a key. `Identity<MyClaims>` types the claims that your tokens have.
 */
export type Identity<Own = Claims> = UserIdentity<Own> | MachineIdentity<Own> | DelegateIdentity<Own>

type Without<T> = T extends Identity ? Omit<T, 'claims' | 'toJSON'> : never
/** An identity but for its claims: what a log sees. */
export type IdentitySummary = Without<Identity>

/** What every identity has, before its kind is known: all members are there, undefined where the token does not say. */
export type IdentityFacts = { readonly [Name in keyof Required<IdentityBase>]: IdentityBase[Name] }

const inspect = Symbol.for('nodejs.util.inspect.custom')

/** Who it is that the facts are about. */
type Holder =
  | Pick<UserIdentity, 'kind' | 'userId'>
  | Pick<MachineIdentity, 'kind' | 'clientId'>
  | Pick<DelegateIdentity, 'kind' | 'clientId' | 'userId'>

class Caller {
  // Identities end up in logs, and claims are personal data.
  toJSON(): object {
    const { claims: _, ...summary } = this as Draft
    return summary
  }

  [inspect](): object {
    return this.toJSON()
  }
}

/** A caller while it is made: what the token does not say is absent. */
type Draft = Caller & { -readonly [Name in keyof IdentityBase]?: IdentityBase[Name] } & {
  kind?: Identity['kind']
  userId?: string
  clientId?: string
}

/** Makes a frozen identity. The scopes and the claims among the facts must be frozen already. */
export function identityOf(facts: IdentityFacts, holder: Holder & { userId?: string; clientId?: string }): Identity {
  const draft: Draft = new Caller()
  draft.tokenType = facts.tokenType
  if (facts.issuer !== undefined) draft.issuer = facts.issuer
  if (facts.appId !== undefined) draft.appId = facts.appId
  if (facts.userPoolId !== undefined) draft.userPoolId = facts.userPoolId
  if (facts.tenantId !== undefined) draft.tenantId = facts.tenantId
  draft.scopes = facts.scopes
  if (facts.issuedAt !== undefined) draft.issuedAt = facts.issuedAt
  draft.expiresAt = facts.expiresAt
  draft.claims = facts.claims
  if (holder.clientId !== undefined) draft.clientId = holder.clientId
  if (holder.userId !== undefined) draft.userId = holder.userId
  draft.kind = holder.kind
  return Object.freeze(draft) as Draft & Identity
}
