import { startChild } from '../lib/child.js'

/** Asking the issuer about opaque tokens, while somebody floods the server with made-up ones. */
export async function online({ quick, log }) {
  log('online: a flood')
  const child = startChild(new URL('../online/flood.js', import.meta.url))
  const flood = await child.call('flood', quick ? 2 : 15)
  await child.stop()
  return { flood }
}
