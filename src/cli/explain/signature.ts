import { own } from '../../common/claims.js'
import type { Algorithm } from '../../crypto/algorithm.js'
import { because, type Diagnosis } from '../language/phrases.js'
import { type Case, wouldPass } from './case.js'

/** Bytes of signatures. An RSA key's are its modulus's. */
const rsa = [256, 384, 512, 1024]
const lengths: Readonly<Record<Algorithm, readonly number[]>> = {
  HS256: [32],
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: [64],
  ES384: [96],
  ES512: [132],
  EdDSA: [64],
}

/** `bad_signature`. */
export async function signatureCause(given: Case): Promise<Diagnosis> {
  const { header, claims, peeked, options, applications } = given
  const alg = own(header, 'alg')
  const right = Object.entries(lengths).flatMap(([name, bytes]) => bytes.filter(() => name === alg))
  const found = peeked.signatureLength
  if (!right.includes(found)) return because('signatureCut', { found, expected: right.join(' / ') })
  if (alg !== 'HS256') return because('signatureBroken')
  if (!Object.hasOwn(claims, 'iss')) return because('signatureLegacy')
  if (Object.hasOwn(header, 'kid')) return because('signatureForged')
  const poolSecrets = [options.userPool?.jwtSecret ?? [], given.poolSecrets].flat()
  if (applications.some(({ secrets }) => secrets.some((secret) => poolSecrets.includes(secret)))) {
    return because('signaturePoolSecret')
  }
  for (const { appId, secrets } of applications) {
    if (await wouldPass(given, 'signature', () => ({ appSecret: secrets }))) {
      return because('signatureSwapped', { other: appId })
    }
  }
  return because('signatureSecret')
}
