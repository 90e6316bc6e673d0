import { startChild } from './child.js'

/**
 * Issuers on loopback HTTP, in a process of their own: what they do takes nothing from who is measured.
 *
 * @returns an `open` for one issuer each, with its own port, faults and counters
 */
export async function startIssuers() {
  const child = startChild(new URL('./issuers-process.js', import.meta.url))
  return {
    /** @param {{ keys: readonly unknown[], delay?: number, fault?: string }} state `delay` in milliseconds */
    async open(state) {
      const port = await child.call('open', state)
      const origin = `http://127.0.0.1:${port}`
      return {
        origin,
        jwksUri: `${origin}/oidc/.well-known/jwks.json`,
        /** @param {{ keys?: readonly unknown[], delay?: number, fault?: string }} changes */
        change: (changes) => child.call('change', port, changes),
        /** @returns {Promise<{ fetches: number, sockets: number, mostSockets: number }>} */
        counts: () => child.call('counts', port),
      }
    },
    stop: child.stop,
  }
}
