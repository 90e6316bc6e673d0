import {
  createHash,
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import { type KeyKind, keyKind, type PairAlgorithm } from './algorithm.js'

/** One public signing key as a JWKS publishes it (RFC 7517): RSA has `n` and `e`, EC `crv`, `x` and `y`, OKP `crv` and `x`. */
export interface PublicJwk {
  readonly kty: string
  readonly kid: string
  readonly alg: string
  readonly use: 'sig'
  readonly n?: string
  readonly e?: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
}

/** A key pair with its JWK. */
export interface SigningKey {
  readonly kid: string
  readonly algorithm: PairAlgorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: PublicJwk
}

type PairKind = Exclude<KeyKind, 'secret'>

const generate = promisify(generateKeyPair)
const rsa = { modulusLength: 2048 }

const freshPrivateKey = async (kind: PairKind): Promise<KeyObject> => {
  if (kind === 'rsa') return (await generate('rsa', rsa)).privateKey
  if (kind === 'ed25519') return (await generate('ed25519')).privateKey
  return (await generate('ec', { namedCurve: kind })).privateKey
}

const freshPrivateKeySync = (kind: PairKind): KeyObject => {
  if (kind === 'rsa') return generateKeyPairSync('rsa', rsa).privateKey
  if (kind === 'ed25519') return generateKeyPairSync('ed25519').privateKey
  return generateKeyPairSync('ec', { namedCurve: kind }).privateKey
}

/** RFC 7638: SHA-256 over the required members in lexicographic order. Authing's kid is exactly this. */
const thumbprint = ({ crv, e, kty, n, x, y }: JsonWebKey): string =>
  createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url')

const keyTypes: Readonly<Record<PairKind, string>> = {
  rsa: 'RSA',
  'P-256': 'EC',
  'P-384': 'EC',
  'P-521': 'EC',
  ed25519: 'OKP',
}

const signingKey = (algorithm: PairAlgorithm, privateKey: KeyObject): SigningKey => {
  const publicKey = createPublicKey(privateKey)
  const material = publicKey.export({ format: 'jwk' })
  const kid = thumbprint(material)
  const jwk = Object.freeze({
    ...material,
    kty: keyTypes[keyKind(algorithm)],
    alg: algorithm,
    use: 'sig' as const,
    kid,
  })
  return { kid, algorithm, privateKey, publicKey, jwk }
}

/** Makes a key pair for `algorithm`, off the main thread. */
export const createSigningKey = async (algorithm: PairAlgorithm): Promise<SigningKey> =>
  signingKey(algorithm, await freshPrivateKey(keyKind(algorithm)))

/** Makes a key pair synchronously: RSA blocks the process for about 0.1 s. */
export const createSigningKeySync = (algorithm: PairAlgorithm): SigningKey =>
  signingKey(algorithm, freshPrivateKeySync(keyKind(algorithm)))
