import { secretCheck } from '#signature'
import { bytesOfBase64Url } from '../common/base64.js'
import { invalidOption } from '../common/config-error.js'
import { type Option, refined, texts } from '../common/options.js'
import type { Verifier } from './signature.js'

/** RFC 7518, 3.2: a key of the hash's size or larger. Authing's are 32 characters. */
const minBytes = 32
// A public key must not be used as a secret: everybody who can read it could sign.
const pemOrJwk = /^-----BEGIN |^\s*\{/

/** HS256 secrets, one or several, as verifiers; none where the option is left out. No message quotes a secret. */
export function secrets(what: string): Option<readonly Verifier[]> {
  return refined(texts(what, { default: undefined }), (given = [], name) =>
    given.map((text) => {
      if (pemOrJwk.test(text) || isBareDer(text)) {
        throw invalidOption(name, `looks like a PEM or a JSON Web Key. It must be ${what}`)
      }
      const bytes = new TextEncoder().encode(text)
      if (bytes.length < minBytes) {
        throw invalidOption(name, `is shorter than ${minBytes} bytes. It must be ${what}`, 'short_secret')
      }
      return { check: secretCheck(bytes), alive: true }
    }),
  )
}

/** Whether a text is a key or a certificate in base64, as between the lines of a PEM: one DER sequence, exactly. */
function isBareDer(text: string): boolean {
  const base64Url = text.replace(/[\s=]/g, '').replaceAll('+', '-').replaceAll('/', '_')
  const [tag, length = 0, ...rest] = bytesOfBase64Url(base64Url) ?? []
  // From 128 on the length has bytes of its own, and this byte says how many.
  const lengthBytes = Math.max(0, length - 0x80)
  const content = lengthBytes === 0 ? length : rest.slice(0, lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0)
  // The content begins with a sequence (what the key is for) or an integer. The shortest public key has 44 bytes.
  const isPart = rest[lengthBytes] === 0x30 || rest[lengthBytes] === 0x02
  return tag === 0x30 && isPart && rest.length >= 42 && rest.length - lengthBytes === content
}
