import { startChild } from '../lib/child.js'

/** Asking the issuer about opaque tokens, while somebody floods the server with made-up ones. */
export async function online({ quick, log }) {
  log('online: a flood')
  const child = startChild(new URL('../online/flood.js', import.meta.url))
  const flood = await child.call('flood', quick ? 2 : 15)
  log('online: tokens that nobody has seen before')
  const firstSeen = await child.call('firstSeen', [200, 600, 1000, 2000], quick ? 2 : 10)
  await child.stop()
  return { flood, firstSeen }
}
