import type { KeyObject } from 'node:crypto'
import type { JSONWebKeySet } from 'jose'
import { keyPair, signer } from '../../support/forge.js'

// Neither the guard's code nor jose's makes what both are asked about: the forge uses node:crypto alone.

export const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256'] as const
export type SigningAlgorithm = (typeof algorithms)[number]

export const at = 1_700_000_000
export const tolerance = 30
export const issuer = 'https://my-app.authing.cn/oidc'
export const appId = '5f17a529f64fb009b794a2ff'
export const secret = 'the app secret of some thirty-two bytes and more'

/** A key of each kind. */
function makeRing() {
  return { rsa: keyPair('RS256', 'rsa'), ec: keyPair('ES256', 'ec'), ed: keyPair('EdDSA', 'ed') }
}
const [own, strange] = [makeRing(), makeRing()]
type Ring = typeof own

/** The RSA key is in the set twice: the guard binds a key to one algorithm, and so do these members. */
export const jwks: JSONWebKeySet = {
  keys: [
    { ...own.rsa.publicKey.export({ format: 'jwk' }), kty: 'RSA', kid: 'kid-RS256', alg: 'RS256', use: 'sig' },
    { ...own.rsa.publicKey.export({ format: 'jwk' }), kty: 'RSA', kid: 'kid-PS256', alg: 'PS256', use: 'sig' },
    { ...own.ec.publicKey.export({ format: 'jwk' }), kty: 'EC', kid: 'kid-ES256', alg: 'ES256', use: 'sig' },
    { ...own.ed.publicKey.export({ format: 'jwk' }), kty: 'OKP', kid: 'kid-EdDSA', alg: 'EdDSA', use: 'sig' },
  ],
}
/** What an attacker would put into a token's own header. */
export const strangeJwk = JSON.stringify(strange.ec.publicKey.export({ format: 'jwk' }))

export function isSigningAlgorithm(name: unknown): name is SigningAlgorithm {
  return algorithms.some((algorithm) => algorithm === name)
}

const utf8 = (text: string) => Buffer.from(text, 'utf8')

/** RSA's are kept: each costs as much as ten tokens judged, and the same change is made to the same token often. */
const made = new Map<string, Buffer>()

function signature(algorithm: SigningAlgorithm, input: string, ring: Ring, key: string): Buffer {
  if (algorithm !== 'RS256' && algorithm !== 'PS256') return signed(algorithm, input, ring, key)
  const what = `${algorithm} ${ring === own} ${input}`
  const known = made.get(what) ?? signed(algorithm, input, ring, key)
  made.set(what, known)
  return known
}

function signed(algorithm: SigningAlgorithm, input: string, ring: Ring, secretText: string): Buffer {
  const keys = { RS256: ring.rsa, PS256: ring.rsa, ES256: ring.ec, EdDSA: ring.ed }
  const key = algorithm === 'HS256' ? secretText : keys[algorithm].privateKey
  return Buffer.from(signer(algorithm, key)(utf8(input)))
}

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()
const publicKeys = {
  RS256: own.rsa.publicKey,
  PS256: own.rsa.publicKey,
  ES256: own.ec.publicKey,
  EdDSA: own.ed.publicKey,
} as const

/** By whom a token is signed after it was changed. */
export const signers = ['its own key', 'the key that alg tells', 'a stranger', 'the public key as a secret'] as const
export type Signer = (typeof signers)[number]

/** The signature of `input` in base64url; `own` is the token's algorithm before the change, `told` what `alg` says now. */
export function sign(signer: Signer, input: string, ownAlgorithm: SigningAlgorithm, told: unknown): string {
  const algorithm = isSigningAlgorithm(told) ? told : ownAlgorithm
  const by = {
    'its own key': () => signature(ownAlgorithm, input, own, secret),
    'the key that alg tells': () => (told === 'none' ? utf8('') : signature(algorithm, input, own, secret)),
    'a stranger': () => signature(algorithm, input, strange, 'a secret that somebody guessed, in many bytes'),
    'the public key as a secret': () =>
      signature('HS256', input, own, ownAlgorithm === 'HS256' ? '' : pem(publicKeys[ownAlgorithm])),
  }
  return by[signer]().toString('base64url')
}

const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')

/** ECDSA's other half: (r, n - s) verifies where (r, s) does. To any other signature it is damage. */
export function twin(signatureBytes: Buffer): Buffer {
  const s = BigInt(`0x${signatureBytes.subarray(-32).toString('hex')}`)
  const other = s < order ? order - s : s
  return Buffer.concat([signatureBytes.subarray(0, -32), Buffer.from(other.toString(16).padStart(64, '0'), 'hex')])
}
