import { decodeText } from '#signature'
import { type JsonObject, own, parseObject } from '../common/claims.js'
import { quote, Refusal } from '../common/errors.js'
import { type Algorithm, isAlgorithm } from '../crypto/algorithm.js'
import type { CompactJws } from './compact-jws.js'

/** What a token's header may say. Nothing here is proven. */
export interface Header {
  readonly alg: Algorithm
  readonly kid: string | undefined
  /** `typ: at+jwt`: an access token by its own word (RFC 9068, 2.1). */
  readonly isAccessToken: boolean
}

/**
 * A header segment to what the guard needs of it (RFC 7515, 4.1), or why it is none: what is no JSON is what floods are
 * made of, and a value costs less than a throw.
 *
 * @throws {Refusal} of a header that may not be.
 */
export function readHeader(segment: string): Header | Refusal {
  const text = decodeText(segment)
  const header = text === undefined ? undefined : parseObject(text)
  return header === undefined ? malformed('the header is no JSON object in UTF-8') : headerOf(header)
}

function headerOf(header: JsonObject): Header {
  if (own(header, 'enc') !== undefined) throw new Refusal('encrypted_token', 'the header has enc: a JWE')
  const alg = own(header, 'alg')
  if (!isAlgorithm(alg)) throw new Refusal('wrong_algorithm', `alg is ${quote(alg)}`)
  for (const name of refusedMembers) {
    if (Object.hasOwn(header, name)) throw malformed(`the header has ${name}, which the guard refuses`)
  }
  const kid = own(header, 'kid')
  if (kid !== undefined && typeof kid !== 'string') throw malformed(`kid is ${quote(kid)}`)
  const cty = mediaType(header, 'cty')
  if (cty === 'jwt') throw malformed('cty says that the token holds another token')
  const typ = mediaType(header, 'typ')
  if (typ !== undefined && typ !== 'jwt' && typ !== 'at+jwt') {
    throw malformed(`typ is ${quote(own(header, 'typ'))}: another kind of JWT`)
  }
  return { alg, kid, isAccessToken: typ === 'at+jwt' }
}

/**
 * A token that brings its own key (`jwk`, `jku`, `x5u`, `x5c`: RFC 8725, 2.9 and 3.10), needs an extension understood
 * (`crit`: RFC 7515, 4.1.11; `b64`: RFC 7797), or is deflated (`zip`). Authing sends none of these.
 */
const refusedMembers = ['crit', 'b64', 'zip', 'jwk', 'jku', 'x5u', 'x5c'] as const

/** RFC 7515, 4.1.9: a media type, compared without case, `application/` left out or not. */
function mediaType(header: JsonObject, name: 'typ' | 'cty'): string | undefined {
  const value = own(header, name)
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw malformed(`${name} is ${quote(value)}`)
  const lower = value.toLowerCase()
  return lower.startsWith('application/') ? lower.slice('application/'.length) : lower
}

function malformed(detail: string): Refusal {
  return new Refusal('malformed_token', detail)
}

const mostHeaders = 64

interface KnownHeader {
  /** The segment and the dot behind it. */
  readonly start: string
  readonly header: Header
}

/**
 * Header segments that have been read: an application's tokens share one. Only what a signature has vouched for is kept,
 * so nobody else can fill it.
 */
export class HeaderCache {
  readonly #headers = new Map<string, KnownHeader>()
  /** The one of the token before: compared in place, where the map needs a string and its hash. */
  #last: KnownHeader | undefined

  get(token: CompactJws): Header | undefined {
    const last = this.#last
    // Three times as fast as `startsWith`.
    if (last !== undefined && token.text.slice(0, last.start.length) === last.start) return last.header
    const known = this.#headers.get(token.headerSegment)
    if (known !== undefined) this.#last = known
    return known?.header
  }

  set(token: CompactJws, header: Header): void {
    if (this.#headers.has(token.headerSegment)) return
    if (this.#headers.size >= mostHeaders) {
      this.#headers.clear()
      this.#last = undefined
    }
    // Bytes of its own: a slice would keep the whole token alive.
    const segment = new TextDecoder().decode(new TextEncoder().encode(token.headerSegment))
    this.#headers.set(segment, { start: `${segment}.`, header })
  }
}
