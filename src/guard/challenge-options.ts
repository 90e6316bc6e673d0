import type { OptionReader } from '../common/option-reader.js'

// The options that a refused caller sees, in the challenge. Both throw a TypeError for what goes into no header.

// What a quoted-string may hold without escapes (RFC 9110, 5.6.4), in ASCII.
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/

export function realmOf(given: OptionReader): string {
  if (given.get('realm') === undefined) return 'authing'
  const realm = given.text('realm', 'a name for what is guarded')
  if (!plain.test(realm)) throw given.invalid('realm', 'must be printable ASCII without " and \\')
  return realm
}

export function resourceMetadataOf(given: OptionReader): string | undefined {
  if (given.get('resourceMetadata') === undefined) return undefined
  const text = given.text('resourceMetadata', 'the https URL of the metadata document (RFC 9728)')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw given.invalid('resourceMetadata', 'must be an https URL')
  return url.href
}
