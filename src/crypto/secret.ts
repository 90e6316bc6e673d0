import { secretCheck } from '#signature'
import { invalidOption } from '../common/config-error.js'
import { type Option, refined, texts } from '../common/options.js'
import type { Verifier } from './signature.js'

/** RFC 7518, 3.2: a key of the hash's size or larger. Authing's are 32 characters. */
const minBytes = 32
// A public key must not be used as a secret: everybody who can read it could sign.
const looksLikeKey = /^-----BEGIN |^\s*\{/

/** HS256 secrets, one or several, as verifiers; none where the option is left out. No message quotes a secret. */
export function secrets(what: string): Option<readonly Verifier[]> {
  return refined(texts(what, { default: undefined }), (given = [], name) =>
    given.map((text) => {
      if (looksLikeKey.test(text)) throw invalidOption(name, `looks like a PEM or a JSON Web Key. It must be ${what}`)
      const bytes = new TextEncoder().encode(text)
      if (bytes.length < minBytes) {
        throw invalidOption(name, `is shorter than ${minBytes} bytes. It must be ${what}`, 'short_secret')
      }
      return { check: secretCheck(bytes), alive: true }
    }),
  )
}
