import { createHmac, timingSafeEqual, verify } from 'node:crypto'

/** What no verifier can do without: the signature alone, over bytes that are cut already, by a key made once. */
export function floorCheck({ algorithm, checker }) {
  if (algorithm === 'HS256') {
    return ({ input, signature }) => {
      const mac = createHmac('sha256', checker).update(input).digest()
      return signature.length === mac.length && timingSafeEqual(signature, mac)
    }
  }
  const key = algorithm === 'ES256' ? { key: checker, dsaEncoding: 'ieee-p1363' } : checker
  return ({ input, signature }) => verify('sha256', input, key, signature)
}

/** A token as the floor gets it. */
export function cut(token) {
  const dot = token.lastIndexOf('.')
  return { input: Buffer.from(token.slice(0, dot)), signature: Buffer.from(token.slice(dot + 1), 'base64url') }
}
