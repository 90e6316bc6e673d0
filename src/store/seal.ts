import { macBy } from '#signature'
import { type Json, jsonText } from '../common/claims.js'
import type { TextMac } from '../crypto/signature.js'
import { maxKeys } from '../jwks/key-set.js'

/** Of the form of what is sealed: another one is another version. */
const version = 1
/** Characters of a sealed value: of a JWKS with as many keys as it may have. The largest RSA key and its `kid` have 1,500. */
const longest = 2600 * maxKeys
/** Milliseconds past its end for which a value may still be found: clocks differ, and stores tidy up late. */
const leeway = 60_000

const form = /^1\.(\d{1,16})\.([0-9a-f]{64})\.(.*)$/s

/** A value that was under its seal; absent where it was good, and has ended a moment ago. */
export type Opened = { readonly state: 'found'; readonly value: Json } | { readonly state: 'absent' }

/**
 * Seals values against whoever can write to the store: HMAC-SHA-256 (RFC 2104) over where a value belongs, until when
 * it counts, and what it is. It hides nothing. The first secret seals, and all of them open.
 */
export class Seal {
  readonly #macs: readonly TextMac[]

  constructor(secrets: readonly Uint8Array<ArrayBuffer>[]) {
    this.#macs = secrets.map((secret) => macBy(secret))
  }

  /** `until` in milliseconds since the epoch. Undefined where the value is too long, or nested too deep. */
  async seal(place: readonly string[], value: Json, until: number): Promise<string | undefined> {
    const text = jsonText(value)
    const [mac] = this.#macs
    if (mac === undefined || text === undefined || text.length > longest) return undefined
    return `${version}.${until}.${await mac.sign(messageOf(place, text, until))}.${text}`
  }

  /** What a value that was found at a place says at `now`, or in words why it counts for nothing. */
  async open(place: readonly string[], sealed: unknown, now: number): Promise<Opened | string> {
    if (typeof sealed !== 'string')
      return `the client's get returned a value of type ${typeof sealed}, not the text that was set`
    if (sealed.length > longest + 100) return 'it is too long'
    const [, end, signature = '', text = ''] = form.exec(sealed) ?? []
    if (end === undefined) return 'it is not sealed'
    const until = Number(end)
    const isGenuine = await this.#isGenuine(messageOf(place, text, until), signature)
    if (!isGenuine) return 'its seal is not by this secret for this place and time'
    if (now >= until + leeway) return 'it has ended long ago'
    if (now >= until) return { state: 'absent' }
    try {
      return { state: 'found', value: JSON.parse(text) }
    } catch {
      return 'it holds no JSON'
    }
  }

  async #isGenuine(message: string, signature: string): Promise<boolean> {
    for (const mac of this.#macs) if (await mac.verify(message, signature)) return true
    return false
  }
}

/** No two of them are the same text: JSON says where each part ends. */
function messageOf(place: readonly string[], text: string, until: number): string {
  return JSON.stringify([version, ...place, until, text])
}
