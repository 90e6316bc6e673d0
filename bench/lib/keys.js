import { createHmac, createSecretKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { promisify } from 'node:util'

const signLater = promisify(sign)

/**
 * What signs the tokens: a fresh key pair or a fresh secret.
 *
 * @typedef {object} Key
 * @property {'RS256' | 'ES256' | 'HS256'} algorithm
 * @property {string | undefined} kid
 * @property {string | undefined} secret of HS256
 * @property {string | undefined} pem the public key
 * @property {import('node:crypto').KeyObject} checker what the signature is checked with
 * @property {Record<string, unknown> | undefined} jwk its entry in a JWKS
 * @property {(input: string) => Promise<Buffer>} sign
 */

/** @param {'RS256' | 'ES256' | 'HS256'} algorithm @returns {Key} */
export function makeKey(algorithm) {
  if (algorithm === 'HS256') return makeSecret()
  const { publicKey, privateKey } = pairOf(algorithm)
  const kid = randomBytes(32).toString('base64url')
  const signer = algorithm === 'ES256' ? { key: privateKey, dsaEncoding: 'ieee-p1363' } : privateKey
  return {
    algorithm,
    kid,
    secret: undefined,
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    checker: publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' },
    sign: (input) => signLater('sha256', Buffer.from(input), signer),
  }
}

function pairOf(algorithm) {
  return algorithm === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 })
}

function makeSecret() {
  const secret = randomBytes(16).toString('hex')
  return {
    algorithm: 'HS256',
    kid: undefined,
    secret,
    pem: undefined,
    checker: createSecretKey(Buffer.from(secret)),
    jwk: undefined,
    sign: async (input) => createHmac('sha256', secret).update(input).digest(),
  }
}
