import { LRUCache } from 'lru-cache'
import type { Identity } from '../core/identity.js'
import { checkTimes, type TimeSettings } from './checks.js'
import type { ProvenToken } from './verify.js'

/** Bounds of what is remembered. */
export interface CacheSettings {
  readonly maxEntries: number
  /** An estimate of what the entries take, in bytes of memory. */
  readonly maxBytes: number
  /** Seconds after which a token is verified anew, whatever its `exp`. */
  readonly maxAge: number
}

/** Characters of a signature's end: 192 bits that nobody chooses, and half the look-up of hashing the whole token. */
const tailLength = 32

class Remembered {
  readonly #text: string

  constructor(
    text: string,
    readonly token: ProvenToken,
    readonly identity: Identity,
    /** When it was verified, in milliseconds. */
    readonly since: number,
  ) {
    this.#text = text
  }

  is(text: string): boolean {
    return this.#text === text
  }
}

/**
 * Tokens that this guard has verified, by the same bytes: found by their tail, confirmed by a full comparison. Only full
 * successes are kept, from the second sight on, and each hit looks at the clock and the key anew. What a guard may
 * answer from it is never more than what it would find out itself.
 */
export class RememberedTokens {
  readonly #entries: LRUCache<string, Remembered>
  readonly #seen: SeenOnce

  constructor(
    private readonly settings: CacheSettings,
    private readonly times: TimeSettings,
    private readonly now: () => number,
  ) {
    this.#seen = new SeenOnce(settings.maxEntries)
    this.#entries = new LRUCache({ max: settings.maxEntries, maxSize: settings.maxBytes })
  }

  /**
   * The identity that these same bytes have proven before; undefined where they must be verified.
   *
   * @throws {Refusal} where the token has expired since.
   */
  recall(text: string): Identity | undefined {
    const tail = text.slice(-tailLength)
    const entry = this.#entries.get(tail)
    if (entry === undefined || !entry.is(text)) return undefined
    const now = this.now()
    const { claims, voucher, application, algorithm } = entry.token
    const age = now - entry.since
    const isOld = !(age >= 0 && age < this.settings.maxAge * 1000)
    if (isOld || !voucher.alive || (algorithm !== 'HS256' && application?.keys.serves(now) === false)) {
      this.#entries.delete(tail)
      return undefined
    }
    checkTimes(claims, now, this.times)
    return entry.identity
  }

  /** Keeps what a token has proven, where it has been seen before: a token that never comes again costs nothing. */
  remember(text: string, token: ProvenToken, identity: Identity): void {
    if (!this.#seen.again(text)) return
    // Bytes of its own: a slice would keep the whole header alive.
    const copy = new TextDecoder().decode(new TextEncoder().encode(text))
    const entry = new Remembered(copy, token, identity, this.now())
    this.#entries.set(copy.slice(-tailLength), entry, { size: sizeOf(text) })
  }
}

/** The text, the claims parsed from it, and the objects around them. */
function sizeOf(text: string): number {
  return 512 + Math.ceil(1.75 * text.length)
}

/**
 * A memory of fixed size for signatures seen once, by 32 bits of each. In pairs of places, so that two tokens that share
 * one do not push each other out for ever; three that do cost a verification.
 */
class SeenOnce {
  readonly #marks: Int32Array
  readonly #mask: number

  constructor(entries: number) {
    const places = Math.min(2 ** 18, 2 ** Math.ceil(Math.log2(4 * entries + 4)))
    this.#marks = new Int32Array(places)
    this.#mask = places - 2
  }

  again(text: string): boolean {
    let mark = 0
    for (let at = text.length - 9; at < text.length; at++) mark = (Math.imul(mark, 31) + text.charCodeAt(at)) | 0
    const place = (mark ^ (mark >>> 15)) & this.#mask
    if (this.#marks[place] === mark || this.#marks[place + 1] === mark) return true
    this.#marks.copyWithin(place + 1, place, place + 1)
    this.#marks[place] = mark
    return false
  }
}
