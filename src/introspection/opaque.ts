import { decodeText } from '#signature'
import type { Identity } from '../common/identity.js'
import { chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import { Refusal } from '../common/refusal.js'
import type { Introspection } from './introspection.js'
import type { Reply } from './reply.js'

// RFC 6750, 2.1, without the dots that every JWT and JWE has. A shorter one could be guessed (RFC 6749, 10.10); Authing's
// have 40 characters.
const grammar = /^[A-Za-z0-9\-_~+/]{22,1024}={0,2}$/
const base64url = /^[\w-]+$/
const object = /^\{\s*"[\x20-\x7e]*$/

/**
 * Whether a bearer token is an opaque one, for the issuer alone to read. A piece of a JWT is none: what fails as a JWT is
 * never asked about, or a forger could choose who judges his token.
 */
export function isOpaque(token: string): boolean {
  if (!grammar.test(token)) return false
  const start = token.slice(0, 20)
  return !(base64url.test(start) && object.test(decodeText(start) ?? ''))
}

/** Tokens that the issuer alone can read: asked about in place of being verified. */
export class OpaqueTokens {
  /** One identity for one reply: all requests with the token share it. */
  readonly #identities = new WeakMap<Reply, Identity>()

  /** `admit` makes the identity of a reply. */
  constructor(
    private readonly introspection: Introspection,
    private readonly admit: (reply: Reply) => Identity | Refusal,
  ) {}

  prove(token: string): MaybePromise<Identity | Refusal> {
    return chainUnlessRefused(this.introspection.ask(token, false), (reply) => this.#identityOf(reply))
  }

  #identityOf(reply: Reply): Identity | Refusal {
    const known = this.#identities.get(reply)
    if (known !== undefined) return known
    const identity = this.admit(reply)
    if (!(identity instanceof Refusal)) this.#identities.set(reply, identity)
    return identity
  }
}
