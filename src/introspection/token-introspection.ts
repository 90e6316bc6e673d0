import { decodeText } from '#signature'
import type { Identity } from '../common/identity.js'
import { chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import { Refusal, refuse } from '../common/refusal.js'
import { type AdmissionSettings, admitOpaque } from '../token/admission.js'
import { checkAbout, type Reply } from './reply.js'
import type { IntrospectionTarget } from './targets.js'

// RFC 6750, 2.1, without the dots that every JWT and JWE has. A shorter one could be guessed (RFC 6749, 10.10); Authing's
// have 40 characters.
const grammar = /^[A-Za-z0-9\-_~+/]{22,1024}={0,2}$/
const base64url = /^[\w-]+$/
const object = /^\{\s*"[\x20-\x7e]*$/

/**
 * Whether only the issuer can read a bearer token. A piece of a JWT does not count: the issuer is never asked about a
 * token that fails as a JWT, or a forger could choose who judges the token.
 */
function isOpaque(token: string): boolean {
  if (!grammar.test(token)) return false
  const start = token.slice(0, 20)
  return !(base64url.test(start) && object.test(decodeText(start) ?? ''))
}

export interface TokenIntrospectionSettings {
  /** Where to ask about JWTs that have verified: at most one target for an application at an issuer. */
  readonly forJwts: readonly IntrospectionTarget[]
  /** Where to ask about opaque tokens; undefined if they are refused. */
  readonly forOpaque: IntrospectionTarget | undefined
  readonly isComplete: boolean
  readonly hasSecret: boolean
  readonly admission: AdmissionSettings
}

/** Introspection as one guard uses it: asks the issuers about tokens, and knows the token of each identity. */
export class TokenIntrospection {
  /** Whether each application of the guard has an endpoint to ask. */
  readonly isComplete: boolean
  /** Whether it asks with a secret anywhere. */
  readonly hasSecret: boolean
  /** Not a property of the identity: the token would get into logs with it. */
  readonly #tokens = new WeakMap<Identity, string>()
  /** One identity for one reply about an opaque token: all requests with the token share it. */
  readonly #identities = new WeakMap<Reply, Identity>()

  constructor(private readonly settings: TokenIntrospectionSettings) {
    this.isComplete = settings.isComplete
    this.hasSecret = settings.hasSecret
  }

  /** Asks about a token instead of verifying it; undefined if it is not opaque, or opaque tokens are refused. */
  proveOpaque(token: string): MaybePromise<Identity | Refusal> | undefined {
    const { forOpaque } = this.settings
    if (forOpaque === undefined || !isOpaque(token)) return undefined
    return chainUnlessRefused(forOpaque.introspection.ask(token, false), (reply) => {
      const identity = this.#identities.get(reply) ?? admitOpaque(reply, forOpaque.application, this.settings.admission)
      if (identity instanceof Refusal) return identity
      this.#identities.set(reply, identity)
      this.remember(identity, token)
      return identity
    })
  }

  /** Drops every cached reply. */
  forget(): void {
    const { forJwts, forOpaque } = this.settings
    for (const { introspection } of forOpaque === undefined ? forJwts : [...forJwts, forOpaque]) introspection.forget()
  }

  /** Remembers the token of an identity for as long as the identity is in use. */
  remember(identity: Identity, token: string): void {
    this.#tokens.set(identity, token)
  }

  /** A `TokenStatusCheck`: asks about a JWT. The pipeline has already asked about an opaque token. */
  checkStatus(identity: Identity, token: string): MaybePromise<Identity | Refusal> {
    return identity.tokenType === 'opaque' ? identity : this.#ask(identity, token)
  }

  /** Asks about the token of an identity that this guard has proved. */
  check(identity: Identity): MaybePromise<Identity | Refusal> {
    const token = this.#tokens.get(identity)
    return token === undefined ? refuse('introspection_no_token') : this.#ask(identity, token)
  }

  #ask(identity: Identity, token: string): MaybePromise<Identity | Refusal> {
    const target = this.#targetOf(identity)
    if (target === undefined) return refuse('introspection_unsupported', { tokenType: identity.tokenType })
    const asked = target.introspection.ask(token, identity.tokenType === 'access_token')
    return chainUnlessRefused(asked, (reply) => checkAbout(reply, identity, target.application))
  }

  /** Authing does not answer about id tokens, and so about `user.token`s. */
  #targetOf({ tokenType, issuer, appId }: Identity): IntrospectionTarget | undefined {
    const { forJwts, forOpaque } = this.settings
    if (tokenType === 'opaque') return forOpaque
    if (tokenType !== 'access_token') return undefined
    return forJwts.find(({ application }) => application.issuer === issuer && application.appId === appId)
  }
}
