import { startChild } from '../lib/child.js'

/** Good tokens: three algorithms, three orders, one at a time and 64 at once. */
export async function verify({ quick, log }) {
  const results = {}
  for (const algorithm of ['RS256', 'ES256', 'HS256']) {
    log(`verify: ${algorithm}`)
    const child = startChild(new URL('../verify/process.js', import.meta.url), { flags: ['--expose-gc'] })
    results[algorithm] = await child.call('verify', algorithm, quick)
    await child.stop()
  }
  return results
}
