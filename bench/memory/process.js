import { answerCalls } from '../lib/child.js'
import { startIssuers } from '../lib/issuers.js'
import { makeKey } from '../lib/keys.js'
import { appId, bytesOf, freshString, idClaims, issuer, mintMany } from '../lib/tokens.js'
import { verifiers } from '../peers/index.js'

/** Tokens between two looks at the heap. */
const step = 5000

answerCalls({
  /**
   * What a verifier has kept after so many tokens, each seen twice; HS256, since only what is remembered counts here.
   *
   * @param {string} name of the peer
   * @param {number} count
   * @param {number} padding characters that a custom claim adds to each token
   * @returns {Promise<{ tokenLength: number, curve: Record<string, number> }>} MiB by number of tokens
   */
  async remember(name, count, padding) {
    const issuers = await startIssuers()
    const key = makeKey('HS256')
    const { change, counts, ...served } = await issuers.open({ keys: [] })
    const verify = verifiers
      .find((peer) => peer.name === name)
      .verifier({ algorithm: 'HS256', issuer, appId, secret: key.secret, ...served })
    const claims = () => idClaims(padding > 0 ? { extended_fields: { note: 'x'.repeat(padding) } } : {})

    const first = await mintMany(key, 1000, claims)
    await seeTwice(verify, first)
    const start = heap()
    const curve = { 0: 0 }
    for (let seen = step; seen <= count; seen += step) {
      await seeTwice(verify, await mintMany(key, step, claims))
      curve[seen] = mebibytes(heap() - start)
    }
    await issuers.stop()
    return { tokenLength: first[0].length, curve }
  },
})

async function seeTwice(verify, tokens) {
  const all = tokens.map(bytesOf)
  for (let pass = 0; pass < 2; pass++) for (const bytes of all) await verify(freshString(bytes))
}

/** After everything that is garbage has gone. */
function heap() {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const mebibytes = (bytes) => Number((bytes / 2 ** 20).toFixed(2))
