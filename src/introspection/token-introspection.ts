import type { Identity } from '../common/identity.js'
import { chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import { type Refusal, refuse } from '../common/refusal.js'
import type { Application } from '../token/application.js'
import type { GuardIntrospection } from './contract.js'
import type { Introspection } from './introspection.js'
import { isOpaque, type OpaqueTokens } from './opaque.js'
import { checkAbout } from './reply.js'

/** An application, and where it asks about its tokens. */
export interface IntrospectionTarget {
  readonly application: Pick<Application, 'issuer' | 'appId' | 'audience'>
  readonly introspection: Introspection
}

/** Where a guard asks. */
export interface IntrospectionTargets {
  /** About JWTs that have verified: at most one target for an application at an issuer. */
  readonly forJwts: readonly IntrospectionTarget[]
  /** About opaque tokens; undefined where they are refused. */
  readonly forOpaque: IntrospectionTarget | undefined
  /** Whether each application of the guard has a target. */
  readonly isComplete: boolean
  /** Whether it asks with a secret anywhere. */
  readonly hasSecret: boolean
}

/** Asks a guard's issuers about tokens, and knows the token of each identity. */
export class TokenIntrospection implements GuardIntrospection {
  /** Not a property of the identity: the token would get into logs with it. */
  readonly #tokens = new WeakMap<Identity, string>()

  constructor(
    private readonly targets: IntrospectionTargets,
    /** Undefined where they are refused. */
    private readonly opaque: OpaqueTokens | undefined,
  ) {}

  get isComplete(): boolean {
    return this.targets.isComplete
  }

  get hasSecret(): boolean {
    return this.targets.hasSecret
  }

  proveOpaque(token: string): MaybePromise<Identity | Refusal> | undefined {
    if (this.opaque === undefined || !isOpaque(token)) return undefined
    return chainUnlessRefused(this.opaque.prove(token), (identity) => {
      this.remember(identity, token)
      return identity
    })
  }

  remember(identity: Identity, token: string): void {
    this.#tokens.set(identity, token)
  }

  checkStatus(identity: Identity, token: string): MaybePromise<Identity | Refusal> {
    return identity.tokenType === 'opaque' ? identity : this.#ask(identity, token)
  }

  check(identity: Identity): MaybePromise<Identity | Refusal> {
    const token = this.#tokens.get(identity)
    return token === undefined ? refuse('introspection_no_token') : this.#ask(identity, token)
  }

  #ask(identity: Identity, token: string): MaybePromise<Identity | Refusal> {
    const target = this.#targetOf(identity)
    if (target === undefined) return refuse('introspection_unsupported')
    const asked = target.introspection.ask(token, identity.tokenType === 'access_token')
    return chainUnlessRefused(asked, (reply) => checkAbout(reply, identity, target.application))
  }

  /** About id tokens, and so about `user.token`s, Authing does not answer. */
  #targetOf({ tokenType, issuer, appId }: Identity): IntrospectionTarget | undefined {
    const { forJwts, forOpaque } = this.targets
    if (tokenType === 'opaque') return forOpaque
    if (tokenType !== 'access_token') return undefined
    return forJwts.find(({ application }) => application.issuer === issuer && application.appId === appId)
  }
}
