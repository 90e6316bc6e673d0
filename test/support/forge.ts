import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signWith,
} from 'node:crypto'
import fixture from './keys.json' with { type: 'json' }

// Signs whatever a test wants signed, with node:crypto alone: no code of the guard, and none of jose. The only forge of
// the tests.

/** A segment of a token: an object as JSON; a text or bytes as they are. */
export type Part = object | string | Uint8Array
/** Makes the signature of the bytes before the last dot. */
export type Sign = (input: Buffer) => Uint8Array

export function segment(part: Part): string {
  const isRaw = typeof part === 'string' || part instanceof Uint8Array
  return Buffer.from(isRaw ? part : JSON.stringify(part)).toString('base64url')
}

/** A compact JWS of any header and claims. */
export function compact(header: Part, claims: Part, sign: Sign): string {
  const input = `${segment(header)}.${segment(claims)}`
  return `${input}.${Buffer.from(sign(Buffer.from(input))).toString('base64url')}`
}

/** Ed25519 hashes by itself. */
const hashes: Readonly<Record<string, string>> = {
  ...{ HS256: 'sha256', RS256: 'sha256', PS256: 'sha256', ES256: 'sha256' },
  ...{ HS384: 'sha384', RS384: 'sha384', PS384: 'sha384', ES384: 'sha384' },
  ...{ HS512: 'sha512', RS512: 'sha512', PS512: 'sha512', ES512: 'sha512', EdDSA: 'sha512' },
}

/** An `alg` to the signer that it names, whatever the key says to it. */
export function signer(alg: string, key: KeyObject | string | Uint8Array, salt?: number): Sign {
  const hash = hashes[alg]
  if (hash === undefined) throw new Error(`no hash for ${alg}`)
  if (alg.startsWith('HS')) return (input) => createHmac(hash, key).update(input).digest()
  if (typeof key === 'string' || key instanceof Uint8Array) throw new Error(`${alg} needs a private key`)
  if (alg.startsWith('RS')) return (input) => signWith(hash, input, key)
  if (alg.startsWith('ES')) return (input) => signWith(hash, input, { key, dsaEncoding: 'ieee-p1363' })
  if (!alg.startsWith('PS')) return (input) => signWith(null, input, key)
  const saltLength = salt ?? constants.RSA_PSS_SALTLEN_DIGEST
  return (input) => signWith(hash, input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}

/** The last segment replaced: an empty one, another token's, or a text that is no base64url at all. */
export function withSignature(token: string, signature: string | Uint8Array): string {
  const text = typeof signature === 'string' ? signature : Buffer.from(signature).toString('base64url')
  return token.slice(0, token.lastIndexOf('.') + 1) + text
}

/** A key pair with the public half as a JWKS has it. */
export interface Pair {
  readonly kid: string
  readonly alg: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: Jwk
}

export type Jwk = { readonly [member: string]: unknown }

/** How many RSA keys this process has taken from the fixture. */
let taken = 0

/** One RSA key after the other, of 2048 bits: to generate one takes a tenth of a second, and twenty-four are enough. */
function rsaKey(): KeyObject {
  const jwk = fixture.rsa[taken++ % fixture.rsa.length]
  if (jwk === undefined) throw new Error('the fixture holds no key')
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

const makers: Readonly<Record<string, () => { privateKey: KeyObject }>> = {
  RS: () => ({ privateKey: rsaKey() }),
  PS: () => ({ privateKey: rsaKey() }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

/** A key pair for an algorithm, other than those before. */
export function keyPair(alg: string, kid: string): Pair {
  const make = makers[alg] ?? makers[alg.slice(0, 2)]
  if (make === undefined) throw new Error(`no key for ${alg}`)
  return pairOf(make().privateKey, alg, kid)
}

/** The same of a private key that there is; `members` replace those of the public JWK, undefined takes one away. */
export function pairOf(privateKey: KeyObject, alg: string, kid: string, members: Jwk = {}): Pair {
  const publicKey = createPublicKey(privateKey)
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig', ...members }
  return { kid, alg, privateKey, publicKey, jwk: JSON.parse(JSON.stringify(jwk)) }
}

/** A token that a pair signs as it should: `header` and `claims` on top of what such a token says. */
export function tokenBy({ alg, kid, privateKey }: Pair, claims: Part, header: object = {}): string {
  return compact({ alg, typ: 'JWT', kid, ...header }, claims, signer(alg, privateKey))
}
