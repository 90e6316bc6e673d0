import { type Json, jsonText } from '../common/claims.js'
import { maxKeys } from '../jwks/key-set.js'

/** Of the form of what is sealed: another one is another version. */
const version = 1
/** Characters of a sealed value: of a JWKS with as many keys as it may have. The largest RSA key and its `kid` have 1,500. */
const longest = 2600 * maxKeys
/** Milliseconds past its end for which a value may still be found: clocks differ, and stores tidy up late. */
const leeway = 60_000

const form = /^1\.(\d{1,16})\.([0-9a-f]{64})\.(.*)$/s
const algorithm = { name: 'HMAC', hash: 'SHA-256' }

/** A value that was under its seal; absent where it was good, and has ended a moment ago. */
export type Opened = { readonly state: 'found'; readonly value: Json } | { readonly state: 'absent' }

/**
 * Seals values against whoever can write to the store: HMAC-SHA-256 (RFC 2104) over where a value belongs, until when
 * it counts, and what it is. It hides nothing. The first secret seals, and all of them open.
 */
export class Seal {
  #keys: Promise<readonly CryptoKey[]> | undefined

  constructor(private readonly secrets: readonly Uint8Array<ArrayBuffer>[]) {}

  /** `until` in milliseconds since the epoch. Undefined where the value is too long, or nested too deep. */
  async seal(place: readonly string[], value: Json, until: number): Promise<string | undefined> {
    const text = jsonText(value)
    const [key] = await this.#imported()
    if (key === undefined || text === undefined || text.length > longest) return undefined
    const signature = await crypto.subtle.sign(algorithm, key, messageOf(place, text, until))
    return `${version}.${until}.${hexOf(signature)}.${text}`
  }

  /** What a value that was found at a place says at `now`, or in words why it counts for nothing. */
  async open(place: readonly string[], sealed: unknown, now: number): Promise<Opened | string> {
    if (typeof sealed !== 'string')
      return `the client's get returned a value of type ${typeof sealed}, not the text that was set`
    if (sealed.length > longest + 100) return 'it is too long'
    const [, end, signature = '', text = ''] = form.exec(sealed) ?? []
    if (end === undefined) return 'it is not sealed'
    const until = Number(end)
    const isGenuine = await this.#isGenuine(bytesOf(signature), messageOf(place, text, until))
    if (!isGenuine) return 'its seal is not by this secret for this place and time'
    if (now >= until + leeway) return 'it has ended long ago'
    if (now >= until) return { state: 'absent' }
    try {
      return { state: 'found', value: JSON.parse(text) }
    } catch {
      return 'it holds no JSON'
    }
  }

  async #isGenuine(signature: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<boolean> {
    for (const key of await this.#imported()) {
      if (await crypto.subtle.verify(algorithm, key, signature, message)) return true
    }
    return false
  }

  /** When first needed: a guard may be made where nothing asynchronous can be. */
  #imported(): Promise<readonly CryptoKey[]> {
    this.#keys ??= Promise.all(
      this.secrets.map((bytes) => crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify'])),
    )
    return this.#keys
  }
}

/** SHA-256 of a text, in hexadecimal. */
export async function digestOf(text: string): Promise<string> {
  return hexOf(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

/** No two of them have the same bytes: JSON says where each part ends. */
function messageOf(place: readonly string[], text: string, until: number): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify([version, ...place, until, text]))
}

function hexOf(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16))
}
