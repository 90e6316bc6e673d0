import { decodeText } from '#signature'
import { type JsonObject, own, parseObject } from '../common/claims.js'
import { type Refusal, refuse } from '../common/refusal.js'
import { type Algorithm, isAlgorithm } from '../crypto/algorithm.js'
import type { CompactJws } from './compact-jws.js'

/** What the guard uses of a token's header. Nothing here is proven. */
export interface Header {
  readonly alg: Algorithm
  readonly kid: string | undefined
  /** True for `typ: at+jwt`, which marks an access token (RFC 9068, 2.1). */
  readonly isAccessToken: boolean
}

/** Reads the header of a token (RFC 7515, 4.1). */
export function readHeader(segment: string): Header | Refusal {
  const text = decodeText(segment)
  const header = text === undefined ? undefined : parseObject(text)
  return header === undefined ? refuse('header_not_json') : headerOf(header)
}

function headerOf(header: JsonObject): Header | Refusal {
  if (own(header, 'enc') !== undefined) return refuse('enc_present')
  const alg = own(header, 'alg')
  if (!isAlgorithm(alg)) return refuse('alg_unknown', { alg })
  for (const member of refusedMembers) if (Object.hasOwn(header, member)) return refuse('member_refused', { member })
  const kid = own(header, 'kid')
  if (kid !== undefined && typeof kid !== 'string') return refuse('kid_not_string', { kid })
  const cty = own(header, 'cty')
  if (cty !== undefined && typeof cty !== 'string') return refuse('cty_not_string')
  if (cty !== undefined && mediaType(cty) === 'jwt') return refuse('cty_nested')
  const typ = own(header, 'typ')
  if (typ !== undefined && typeof typ !== 'string') return refuse('typ_not_string', { typ })
  const type = typ === undefined ? 'jwt' : mediaType(typ)
  if (typ !== undefined && type !== 'jwt' && type !== 'at+jwt') return refuse('typ_other', { typ })
  return { alg, kid, isAccessToken: type === 'at+jwt' }
}

/**
 * A token that brings its own key (`jwk`, `jku`, `x5u`, `x5c`: RFC 8725, 2.9 and 3.10), needs an extension understood
 * (`crit`: RFC 7515, 4.1.11; `b64`: RFC 7797), or is deflated (`zip`). Authing sends none of these.
 */
const refusedMembers = ['crit', 'b64', 'zip', 'jwk', 'jku', 'x5u', 'x5c'] as const

/** A media type in lower case, without `application/` (RFC 7515, 4.1.9). */
function mediaType(value: string): string {
  const lower = value.toLowerCase()
  return lower.startsWith('application/') ? lower.slice('application/'.length) : lower
}

const mostHeaders = 64

interface KnownHeader {
  /** The segment and the dot behind it. */
  readonly start: string
  readonly header: Header
}

/**
 * Cache of header segments: the tokens of an application share one. A header is kept only after a signature under it has
 * verified, so that forged tokens cannot fill it.
 */
export class HeaderCache {
  readonly #headers = new Map<string, KnownHeader>()
  /** The header of the last token: compared in place, where the map would need a string and its hash. */
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
