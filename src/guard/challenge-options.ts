import { invalidOption } from '../common/config-error.js'
import { type Option, refined, text } from '../common/options.js'

// What a quoted-string may hold without escapes (RFC 9110, 5.6.4), in ASCII.
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/

/** The `realm` of the challenge. */
export const realm: Option<string> = refined(
  text('a name for what is guarded', { default: 'authing' }),
  (realm, name) => {
    if (plain.test(realm)) return realm
    throw invalidOption(name, 'must be printable ASCII without " and \\')
  },
)
