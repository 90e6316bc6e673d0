import { makeKey } from '../lib/keys.js'
import { appId, breakSignature, issuer, mintMany } from '../lib/tokens.js'

/**
 * A key, tokens signed with it, and an issuer that serves it.
 *
 * @param {'RS256' | 'ES256' | 'HS256'} algorithm
 * @param {number} count of tokens, all different
 */
export async function makeWorld(algorithm, count, issuers) {
  const key = makeKey(algorithm)
  const served = await issuers.open({ keys: key.jwk === undefined ? [] : [key.jwk] })
  const world = { algorithm, issuer, appId, secret: key.secret, pem: key.pem, ...served }
  return { key, world, tokens: await mintMany(key, count) }
}

/**
 * Who of the peers accepts the good token and refuses the bad one, in a world where they must.
 *
 * @param {readonly import('../peers/index.js').Peer[]} peers
 */
export async function whoFits(peers, world, good) {
  const fit = []
  const unfit = {}
  for (const peer of peers) {
    const why = await whyUnfit(peer, world, good)
    if (why === undefined) fit.push(peer)
    else unfit[peer.name] = why
  }
  return { fit, unfit }
}

async function whyUnfit(peer, world, good) {
  try {
    const verify = peer.verifier(world)
    await verify(good)
    return (await accepts(verify, breakSignature(good))) ? 'accepts a broken signature' : undefined
  } catch (error) {
    return error.message
  }
}

/** @param {(token: string) => unknown} verify */
export async function accepts(verify, token) {
  try {
    await verify(token)
    return true
  } catch {
    return false
  }
}
