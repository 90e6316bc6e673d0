import { startChild } from '../lib/child.js'

/** Who remembers tokens, and one who does not; once with ordinary tokens, once with long ones. */
const runs = [
  { name: 'authing-guard', padding: 0 },
  { name: 'fast-jwt, cache of 20,000', padding: 0 },
  { name: 'jose', padding: 0 },
  { name: 'authing-guard', padding: 3000 },
  { name: 'fast-jwt, cache of 20,000', padding: 3000 },
]

/** The heap after 100,000 different tokens, each seen twice: each verifier in a process of its own. */
export async function memory({ quick, log }) {
  const results = []
  for (const { name, padding } of runs) {
    log(`memory: ${name}${padding > 0 ? ', long tokens' : ''}`)
    const child = startChild(new URL('../memory/process.js', import.meta.url), { flags: ['--expose-gc'] })
    const { tokenLength, curve } = await child.call('remember', name, quick ? 5000 : 100_000, padding)
    await child.stop()
    results.push({ name, tokenLength, curve })
  }
  return results
}
