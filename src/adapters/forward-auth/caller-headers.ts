import type { Caller } from '../../guard/index.js'

type CallerHeaders = Readonly<Record<string, string>>

// All that is not visible ASCII, and `%`, so that decoding gives back exactly one value.
const unsafe = /[^\x21-\x24\x26-\x7e]/gu

/** A value fit for a header: percent-encoded UTF-8, as `decodeURIComponent` reads it. */
function encoded(value: string): string {
  return value.replace(unsafe, encodedCharacter)
}

function encodedCharacter(character: string): string {
  const code = character.charCodeAt(0)
  const isLoneSurrogate = character.length === 1 && code >= 0xd800 && code <= 0xdfff
  if (!isLoneSurrogate) return encodeURIComponent(character)
  // In bytes that are not UTF-8: with the usual replacement character, two user IDs could become one.
  return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]
    .map((byte) => `%${byte.toString(16).toUpperCase()}`)
    .join('')
}

/**
 * The headers of an answer that admits. Each is there for every caller, empty where there is nothing to say, so that a
 * proxy that copies them replaces what came from outside.
 */
export function callerHeaders(caller: Caller): CallerHeaders {
  if (caller === undefined) return anonymous
  let headers = ofIdentities.get(caller)
  if (headers === undefined) {
    headers = headersOf(caller)
    ofIdentities.set(caller, headers)
  }
  return headers
}

/** An identity is frozen, and the same object for all requests with its token. */
const ofIdentities = new WeakMap<object, CallerHeaders>()

const anonymous = headersOf(undefined)

function headersOf(caller: Caller): CallerHeaders {
  return {
    'X-Auth-User-Id': encoded(caller?.userId ?? ''),
    'X-Auth-Client-Id': encoded(caller?.clientId ?? ''),
    'X-Auth-Kind': caller?.kind ?? '',
    'X-Auth-Scopes': caller === undefined ? '' : caller.scopes.map(encoded).join(' '),
    'X-Auth-Tenant-Id': encoded(caller?.tenantId ?? ''),
    'Cache-Control': 'no-store',
    'Content-Length': '0',
  }
}
