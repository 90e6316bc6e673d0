import { secretCheck } from '#signature'
import type { OptionReader } from '../common/option-reader.js'
import type { Verifier } from './signature.js'

/** RFC 7518, 3.2: a key of the hash's size or larger. Authing's are 32 characters. */
const leastBytes = 32
// A public key is no secret: pasted here, everybody who can read it could sign.
const looksLikeKey = /^-----BEGIN |^\s*\{/

/** The HS256 secrets that an option gives, one or several, as what vouches for tokens. Nothing of them is ever told. */
export function secretsOf(given: OptionReader, name: string, what: string): readonly Verifier[] {
  if (given.get(name) === undefined) return []
  return given.texts(name, what).map((text) => {
    if (looksLikeKey.test(text)) throw given.invalid(name, `looks like a PEM or a JSON Web Key. It must be ${what}`)
    const bytes = new TextEncoder().encode(text)
    if (bytes.length < leastBytes) throw given.invalid(name, `is shorter than ${leastBytes} bytes. It must be ${what}`)
    return { check: secretCheck(bytes), alive: true }
  })
}
