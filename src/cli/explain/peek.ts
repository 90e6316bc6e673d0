import { type JsonObject, own, parseObject } from '../../common/claims.js'
import type { TokenType } from '../../common/identity.js'
import { tokenTypeOf } from '../../token/token-type.js'

/** The unverified content of a token. It is for display only, never for a verdict. */
export interface Peeked {
  readonly parts: number
  readonly header: JsonObject | undefined
  readonly claims: JsonObject | undefined
  /** The length of the signature in bytes. */
  readonly signatureLength: number
}

export function peek(token: string): Peeked {
  const parts = token.split('.')
  const [header = '', claims = '', signature = ''] = parts
  const isEncrypted = parts.length === 5
  return {
    parts: parts.length,
    header: read(header),
    claims: isEncrypted ? undefined : read(claims),
    signatureLength: Math.floor((signature.length * 3) / 4),
  }
}

function read(segment: string): JsonObject | undefined {
  try {
    const binary = atob(segment.replaceAll('-', '+').replaceAll('_', '/'))
    return parseObject(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))))
  } catch {
    return undefined
  }
}

/** The token type, by the rules of the guard. */
export function kindOf(header: JsonObject, claims: JsonObject): TokenType {
  return tokenTypeOf(claims, /^(?:application\/)?at\+jwt$/i.test(String(own(header, 'typ'))))
}
