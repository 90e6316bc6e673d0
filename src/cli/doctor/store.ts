import { type Events, type GuardEvent, silence } from '../../core/events.js'
import { Given } from '../../core/given.js'
import type { StoreOptions } from '../../core/options.js'
import { storeOf } from '../../core/store.js'
import type { Find, Finding } from './finding.js'

/** Seconds to connect in, which takes longer than any later call. */
const patience = 5
/** Seconds for which what is put there stays. */
const lifetime = 5

/** Whether the store gives back what it is given, in the time that a guard leaves it: something is put there, and read. */
export async function storeFindings(store: StoreOptions, find: Find): Promise<readonly Finding[]> {
  const first = await roundTrip({ ...store, timeout: patience })
  if (first === 'absent') return [find('wrong', 'storeForgets')]
  if (first !== 'found') return [find('wrong', 'storeDown', { error: first })]
  const { timeout: seconds = 0.25 } = store
  const next = await roundTrip(store)
  return [next === 'found' ? find('ok', 'storeOk') : find('warning', 'storeSlow', { seconds })]
}

/** Found, absent, or why neither can be said. */
async function roundTrip(store: StoreOptions): Promise<string> {
  const errors: string[] = []
  const tell = (event: GuardEvent) => {
    if ('error' in event) errors.push(event.error)
  }
  const events: Events = { ...silence, isHeard: true, tell }
  const made = storeOf(new Given({ store }, '', ['store']), { events, now: Date.now, random: Math.random })?.store
  const key = `doctor:${crypto.randomUUID()}`
  const isStored = await made?.write('decision', key, key, lifetime)
  const found = isStored === true ? await made?.read('decision', key) : undefined
  const [error] = errors
  return error ?? (found?.state === 'found' && found.value === key ? 'found' : 'absent')
}
