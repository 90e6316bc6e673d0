import type { Identity } from '../common/identity.js'
import { chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import { type Refusal, refuse } from '../common/refusal.js'
import type { Application } from '../token/application.js'
import type { Introspection } from './introspection.js'
import type { OpaqueTokens } from './opaque.js'
import { checkAbout } from './reply.js'

/** An application, and where it asks about its tokens. */
export interface Place {
  readonly application: Pick<Application, 'issuer' | 'appId' | 'audience'>
  readonly introspection: Introspection
}

/** Where a guard asks. */
export interface Places {
  /** About JWTs that have verified: at most one place for an application at an issuer. */
  readonly forJwts: readonly Place[]
  /** About opaque tokens; undefined where they are refused. */
  readonly forOpaque: Place | undefined
  /** Whether each application of the guard has a place. */
  readonly isWhole: boolean
  /** Whether it asks with a secret anywhere. */
  readonly hasSecret: boolean
}

/** What a guard asks its issuers, and which token proved an identity. */
export class TokenIntrospection {
  /** An identity does not hold its token, which would end up in logs with it. */
  readonly #tokens = new WeakMap<Identity, string>()

  constructor(
    private readonly places: Places,
    /** Undefined where they are refused. */
    readonly opaque: OpaqueTokens | undefined,
  ) {}

  /** Whether there is somebody to ask about the tokens of each application. */
  get isWhole(): boolean {
    return this.places.isWhole
  }

  /** Whether it asks with a secret. */
  get hasSecret(): boolean {
    return this.places.hasSecret
  }

  /** Remembers which token proved an identity, for as long as somebody has the identity. */
  note(identity: Identity, token: string): void {
    this.#tokens.set(identity, token)
  }

  /** A {@link TokenStatusCheck}: an opaque token has been asked about by now. */
  confirm(identity: Identity, token: string): MaybePromise<Identity | Refusal> {
    return identity.tokenType === 'opaque' ? identity : this.#ask(identity, token)
  }

  /** Asks about the token that proved an identity. */
  check(identity: Identity): MaybePromise<Identity | Refusal> {
    const token = this.#tokens.get(identity)
    return token === undefined ? refuse('introspection_no_token') : this.#ask(identity, token)
  }

  #ask(identity: Identity, token: string): MaybePromise<Identity | Refusal> {
    const place = this.#placeOf(identity)
    if (place === undefined) return refuse('introspection_unsupported')
    const asked = place.introspection.ask(token, identity.tokenType === 'access_token')
    return chainUnlessRefused(asked, (reply) => checkAbout(reply, identity, place.application))
  }

  /** About id tokens, and so about `user.token`s, Authing does not answer. */
  #placeOf({ tokenType, issuer, appId }: Identity): Place | undefined {
    const { forJwts, forOpaque } = this.places
    if (tokenType === 'opaque') return forOpaque
    if (tokenType !== 'access_token') return undefined
    return forJwts.find(({ application }) => application.issuer === issuer && application.appId === appId)
  }
}
