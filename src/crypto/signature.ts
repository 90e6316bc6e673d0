import { chain, type MaybePromise } from '../common/maybe-promise.js'

/**
 * Checks the signature of a compact token whose segments have been found well-formed: the text before `dot`, the
 * index of the last dot, against the signature after it.
 *
 * `#signature` has two makers of these: `signature.node.ts` answers in place, `signature.web.ts` by a promise. The key
 * import is part of it, so that Node loads nothing but its own crypto: importing jose costs more than all else.
 */
export type SignatureCheck = (token: string, dot: number) => MaybePromise<boolean>

/** A message authentication code of texts by one secret, in lower-case hexadecimal. */
export interface TextMac {
  readonly sign: (text: string) => MaybePromise<string>
  /** Takes the same time wherever the two differ. `hex` is well-formed. */
  readonly verify: (text: string, hex: string) => MaybePromise<boolean>
}

/** The members that make a public key (RFC 7638, 3.2), and nothing else that a key set may carry. */
export interface PublicJwk {
  readonly kty: 'RSA' | 'EC' | 'OKP'
  readonly [member: string]: string
}

/** Verifies the signature of a token: a public key, or a secret. */
export interface Verifier {
  readonly check: SignatureCheck
  /** False once it is trusted no more; what it signed is refused from then on. */
  readonly alive: boolean
}

/** The first verifier under which the signature holds; undefined if there is none. */
export function findVerifier<V extends Verifier>(
  verifiers: readonly V[],
  token: string,
  dot: number,
  from = 0,
): MaybePromise<V | undefined> {
  const verifier = verifiers[from]
  if (verifier === undefined) return undefined
  return chain(verifier.check(token, dot), (holds) =>
    holds ? verifier : findVerifier(verifiers, token, dot, from + 1),
  )
}
