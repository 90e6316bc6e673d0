import { bytesOfBase64Url } from '../common/base64.js'
import { type JsonObject, own } from '../common/claims.js'

// What Node and Web Crypto import without a word, and under which a forgery verifies. These checks are ours.

/** Why a public JWK must not be trusted; undefined if it may be. */
export function weakness(jwk: JsonObject): string | undefined {
  const members = new Map<string, Uint8Array>()
  for (const name of ['n', 'e', 'x', 'y']) {
    const value = own(jwk, name)
    if (value === undefined) continue
    const bytes = typeof value === 'string' ? bytesOfBase64Url(value) : undefined
    if (bytes === undefined) return `${name} is not base64url`
    members.set(name, bytes)
  }
  if (own(jwk, 'kty') === 'RSA') return rsaWeakness(members.get('n'), members.get('e'))
  return own(jwk, 'kty') === 'OKP' && hasSmallOrder(members.get('x')) ? 'a point of small order' : undefined
}

/** RFC 7518, 3.3 wants 2,048 bits; over 8,192 a check costs milliseconds; an exponent of 1 makes every forgery good. */
function rsaWeakness(modulus: Uint8Array | undefined, exponent: Uint8Array | undefined): string | undefined {
  if (modulus === undefined) return 'the RSA key has no n'
  if (exponent === undefined) return 'the RSA key has no e'
  const bits = bitLength(modulus)
  if (bits < 2048 || bits > 8192) return 'the RSA modulus is not of 2048 to 8192 bits'
  if (!isOdd(modulus)) return 'the RSA modulus is even'
  const exponentBits = bitLength(exponent)
  if (exponentBits < 2 || exponentBits > 32 || !isOdd(exponent)) return 'the RSA exponent is not odd, from 3 to 32 bits'
  return undefined
}

function bitLength(bytes: Uint8Array): number {
  const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  const [first = 0] = significant
  return significant.length * 8 - (Math.clz32(first) - 24)
}

function isOdd(bytes: Uint8Array): boolean {
  const [last = 0] = bytes.subarray(-1)
  return (last & 1) === 1
}

// The y coordinates of edwards25519's points of order 1, 2, 4 and 8, canonical or not, little-endian, sign bit off:
// the list of libsodium's ge25519_has_small_order.
const smallOrder: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

function hasSmallOrder(point: Uint8Array = new Uint8Array()): boolean {
  const hex = Array.from(point, (byte, at) => (at === 31 ? byte & 0x7f : byte).toString(16).padStart(2, '0')).join('')
  return smallOrder.has(hex)
}
