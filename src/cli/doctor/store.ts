import type { StoreOptions } from '../../guard/options.js'
import { storeFrom } from '../../store/options.js'
import type { StoreEvent } from '../../store/sealed-store.js'
import type { Find, Finding } from './finding.js'

/** Seconds that a call may take at first: to connect takes longer than any later call. */
const patience = 5
/** Seconds for which what is put there stays: longer than it takes to read it again. */
const lifetime = 15

/** Whether the store gives back what it is given, in the time that a guard leaves it: something is put there, and read. */
export async function storeFindings(store: StoreOptions, find: Find): Promise<readonly Finding[]> {
  const { timeout: seconds = 0.25 } = store
  const slow = find('warning', 'storeSlow', { seconds })
  const first = await roundTrip({ ...store, timeout: patience })
  const startedAt = performance.now()
  const found = first === 'found' ? await roundTrip(store) : first
  const isLate = first === 'found' && performance.now() - startedAt >= seconds * 1000
  if (found === 'found') return [find('ok', 'storeOk')]
  if (found === 'absent') return [find('wrong', 'storeForgets')]
  return [isLate ? slow : find('wrong', 'storeDown', { error: found })]
}

/** Found, absent, or why neither can be said. */
async function roundTrip(store: StoreOptions): Promise<string> {
  const errors: string[] = []
  const emit = ({ error }: StoreEvent) => errors.push(error)
  const { store: sealed } = storeFrom(store, { emit, now: Date.now, random: Math.random })
  const key = `doctor:${crypto.randomUUID()}`
  await sealed.write('decision', key, key, lifetime)
  const { state } = await sealed.read('decision', key)
  const [error = state] = errors
  return error
}
