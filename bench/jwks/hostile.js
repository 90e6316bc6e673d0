import { generateKeyPairSync } from 'node:crypto'
import { startChild } from '../lib/child.js'
import { makeKey } from '../lib/keys.js'
import { openWorld } from './world.js'

/** What a JWKS may be like; each is handed the good key, and says how the issuer serves it. */
export const hostileSets = {
  'one broken key among good': ({ jwk }) => ({ keys: [{ kty: 'RSA', kid: 'broken', n: '!!', e: 'AQAB' }, jwk] }),
  'null among the keys': ({ jwk }) => ({ keys: [null, jwk] }),
  'two keys of one kid': ({ jwk, kid }) => ({ keys: [{ ...makeKey('RS256').jwk, kid }, jwk] }),
  'an EC key of the same kid': ({ jwk, kid }) => ({ keys: [{ ...ellipticJwk(), kid }, jwk] }),
  redirect: () => ({ fault: 'redirect' }),
  '50 MB': () => ({ fault: 'huge' }),
  'gzip bomb of 50 MB': () => ({ fault: 'bomb' }),
  'slow drip': () => ({ fault: 'drip' }),
}

function ellipticJwk() {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }
}

/**
 * One peer and one such set, in a process of its own: its memory is nobody else's. Cold: it is the first thing that the
 * process fetches. Warm: it is what a refresh brings, and there is a good set to go on with.
 *
 * @returns {Promise<{ cold: object, warm: object }>} what a good token got, when, and by how much memory grew
 */
export async function hostile(peer, issuers, { set, patience }) {
  const ask = async (isWarm) => {
    const { key, world, token, change } = await openWorld(issuers)
    const child = startChild(new URL('./hostile-process.js', import.meta.url))
    await child.call('start', peer.name, world)
    if (isWarm) await child.call('warmUp', token)
    await change(hostileSets[set](key))
    const result = await child.call('ask', token, patience)
    await child.stop()
    return result
  }
  const [cold, warm] = await Promise.all([ask(false), ask(true)])
  return { cold, warm }
}
