import { startChild } from '../lib/child.js'

/** Requests with a hot token beside Authing's webhooks, each of which revokes a user in the shared store. */
export async function webhooks({ quick, log }) {
  log('webhooks: 1,000 events a second')
  // The load on one core, the server on another.
  const child = startChild(new URL('../webhooks/flood.js', import.meta.url), { core: 1 })
  const measured = await child.call('flood', {
    core: 0,
    ...(quick ? { rounds: 1, seconds: 1 } : { rounds: 3, seconds: 10 }),
  })
  await child.stop()
  return measured
}
