import { startChild } from '../lib/child.js'

/** What the guard does besides, and nobody else: a new one goes into `extras/process.js`. */
export async function extras({ quick, log }) {
  log('extras')
  const child = startChild(new URL('../extras/process.js', import.meta.url), { flags: ['--expose-gc'] })
  const results = await child.call('extras', quick)
  await child.stop()
  return results
}
