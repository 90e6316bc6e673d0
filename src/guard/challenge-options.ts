import { invalidOption } from '../common/config-error.js'
import { type Option, refined, text } from '../common/options.js'

// The options that a refused caller sees, in the challenge.

// What a quoted-string may hold without escapes (RFC 9110, 5.6.4), in ASCII.
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/

export const realm: Option<string> = refined(
  text('a name for what is guarded', { default: 'authing' }),
  (realm, name) => {
    if (plain.test(realm)) return realm
    throw invalidOption(name, 'must be printable ASCII without " and \\')
  },
)

export const resourceMetadata: Option<string | undefined> = refined(
  text('the https URL of the metadata document (RFC 9728)', { default: undefined }),
  (address, name) => {
    if (address === undefined) return undefined
    const url = URL.canParse(address) ? new URL(address) : undefined
    if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href
    throw invalidOption(name, 'must be an https URL')
  },
)
