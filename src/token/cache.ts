import type { Identity } from '../common/identity.js'
import { Lru } from '../common/lru.js'
import type { OptionValues } from '../common/options.js'
import type { Verifier } from '../crypto/signature.js'
import type { Keys } from '../jwks/keys.js'
import { type TimeSettings, validUntil } from './checks.js'
import type { tokenCacheOptions } from './token-options.js'
import type { VerifiedToken } from './verify.js'

class CachedToken {
  readonly #text: string

  constructor(
    text: string,
    readonly identity: Identity,
    readonly verifier: Verifier,
    /** The keys that must still serve; undefined if a secret signed the token. */
    readonly keys: Keys | undefined,
    /** From when to when it may be answered, in milliseconds. Numbers of its own: the claims are cold memory by then. */
    readonly from: number,
    readonly until: number,
  ) {
    this.#text = text
  }

  is(text: string): boolean {
    return this.#text === text
  }

  /** The text, the claims parsed from it, and the objects around them: an estimate. */
  get bytes(): number {
    return 512 + Math.ceil(1.75 * this.#text.length)
  }
}

/**
 * Tokens that this guard has verified, by the same bytes: found by 30 bits of their signature's end, which nobody
 * chooses, and confirmed by a full comparison. Only full successes are kept, from the second sight on, and each hit
 * looks at the clock and the key anew. What a guard answers from it is never more than what it would find out itself.
 */
export class TokenCache {
  readonly #entries: Lru<number, CachedToken>
  readonly #seen: SecondHitFilter

  constructor(
    private readonly settings: OptionValues<typeof tokenCacheOptions>,
    private readonly times: TimeSettings,
    private readonly now: () => number,
  ) {
    this.#seen = new SecondHitFilter(settings.maxEntries)
    this.#entries = new Lru({
      maxEntries: settings.maxEntries,
      maxWeight: settings.maxBytes,
      weightOf: (_, entry) => entry.bytes,
    })
  }

  /** The identity that these same bytes have proven before; undefined where they must be verified. */
  get(text: string): Identity | undefined {
    const entry = this.#entries.get(signatureHash(text))
    if (entry === undefined || !entry.is(text)) return undefined
    const now = this.now()
    // A clock that was set back gives no answer either.
    const isInTime = now >= entry.from && now < entry.until
    if (isInTime && entry.verifier.alive && entry.keys?.serves(now) !== false) return entry.identity
    this.#entries.delete(signatureHash(text))
    return undefined
  }

  /** Keeps what a token has proven, where it has been seen before: a token that never comes again costs nothing. */
  set(text: string, { claims, verifier, application, algorithm }: VerifiedToken, identity: Identity): void {
    const hash = signatureHash(text)
    if (!this.#seen.seenBefore(hash)) return
    // Bytes of its own: a slice would keep the whole header alive.
    const copy = new TextDecoder().decode(new TextEncoder().encode(text))
    const keys = application === undefined || algorithm === 'HS256' ? undefined : application.keys
    const now = this.now()
    const until = Math.min(validUntil(claims, this.times) * 1000, now + this.settings.maxAge * 1000)
    this.#entries.set(hash, new CachedToken(copy, identity, verifier, keys, now, until))
  }
}

/** 30 bits of a signature, small enough that a map needs no hash of a string. */
function signatureHash(text: string): number {
  let hash = 0
  for (let at = text.length - 8; at < text.length; at++) hash = Math.imul(hash, 67) + text.charCodeAt(at)
  return (hash ^ (hash >>> 15)) & 0x3fffffff
}

/** Places that share a bucket: with fewer, tokens in turn push each other out of it for ever. */
const ways = 8

/** A memory of fixed size for signatures seen once, by 30 bits of each; two that clash cost a verification. */
class SecondHitFilter {
  readonly #hashes: Int32Array
  readonly #mask: number

  constructor(entries: number) {
    const places = Math.min(2 ** 18, 2 ** Math.ceil(Math.log2(4 * entries + ways)))
    this.#hashes = new Int32Array(places)
    this.#mask = places - ways
  }

  seenBefore(hash: number): boolean {
    const bucket = hash & this.#mask
    for (let way = 0; way < ways; way++) if (this.#hashes[bucket + way] === hash) return true
    this.#hashes.copyWithin(bucket + 1, bucket, bucket + ways - 1)
    this.#hashes[bucket] = hash
    return false
  }
}
