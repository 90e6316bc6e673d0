import { setTimeout } from 'node:timers/promises'
import { makeKey } from '../lib/keys.js'
import { appId, issuer, mint } from '../lib/tokens.js'

/** A key, a good token of it, and an issuer of its own for one peer and one scene. */
export async function openWorld(issuers, state = {}) {
  const key = makeKey('RS256')
  const { change, counts, ...served } = await issuers.open({ keys: [key.jwk], ...state })
  const world = { algorithm: 'RS256', issuer, appId, secret: undefined, pem: key.pem, ...served }
  return { key, world, token: await mint(key), change, counts }
}

/**
 * What a verifier says to a token, and when; within `cap` milliseconds.
 *
 * @returns {Promise<{ verdict: string, status: number | undefined, ms: number }>}
 */
export async function verdictOf(verify, token, cap = 12_000) {
  const start = performance.now()
  const waiting = new AbortController()
  const late = setTimeout(cap, { verdict: 'no answer', status: undefined }, { signal: waiting.signal })
  const answered = (async () => verify(token))().then(
    () => ({ verdict: 'accepted', status: undefined }),
    (error) => ({ verdict: nameOf(error), status: error.status }),
  )
  const result = await Promise.race([answered, late])
  waiting.abort()
  late.catch(() => {})
  return { ...result, ms: performance.now() - start }
}

/** What an application would see: the status where there is one, and the error's own name. */
function nameOf(error) {
  const { status, reason, code, name } = error
  const word =
    reason ?? (typeof code === 'string' ? code : undefined) ?? (name === 'Error' ? error.constructor.name : name)
  return status === undefined ? word : `${status} ${word}`
}
