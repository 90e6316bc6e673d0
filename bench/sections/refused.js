import { startChild } from '../lib/child.js'

/** Tokens with a broken signature, of random bytes, expired. */
export async function refused({ quick, log }) {
  log('refused: RS256')
  const child = startChild(new URL('../verify/process.js', import.meta.url), { flags: ['--expose-gc'] })
  const results = { RS256: await child.call('refuse', 'RS256', quick) }
  await child.stop()
  return results
}
