import { own } from '../../common/claims.js'
import { because, type Diagnosis } from '../language/phrases.js'
import { type Case, wouldPass } from './case.js'

/** Bytes of signatures. An RSA key's are its modulus's; P-521's are the largest of the curves'. */
const lengths: Readonly<Record<string, readonly number[]>> = {
  HS: [32],
  RS: [256, 384, 512, 1024],
  PS: [256, 384, 512, 1024],
  ES: [64, 96, 132],
  Ed: [64],
}

/** `bad_signature`. */
export async function signatureCause(given: Case): Promise<Diagnosis> {
  const { header, claims, peeked, options, applications } = given
  const alg = String(own(header, 'alg'))
  const right = Object.entries(lengths).flatMap(([prefix, bytes]) => (alg.startsWith(prefix) ? bytes : []))
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
