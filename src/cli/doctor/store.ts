import { contentsOf } from '../../common/part.js'
import type { StoreContents, StoreEvent } from '../../store/contract.js'
import { noAnswerWithin } from '../../store/guarded-calls.js'
import type { StorePart } from '../../store/index.js'
import type { StoreSettings } from '../../store/options.js'
import { sealedStore } from '../../store/sealed-store.js'
import type { Find, Finding } from './finding.js'

/** Seconds that a call may take at first: to connect takes longer than any later call. */
const patience = 5
/** Seconds for which what is put there stays: longer than it takes to read it again. */
const lifetime = 15

/** Whether the store gives back what it is given, in the time that a guard leaves it: something is put there, and read. */
export async function storeFindings(store: StorePart, find: Find): Promise<readonly Finding[]> {
  const { settings } = contentsOf<StoreContents>(store, 'store', 'store')
  const slow = find('warning', 'storeSlow', { seconds: settings.timeout })
  const first = await roundTrip({ ...settings, timeout: patience })
  const found = first === 'found' ? await roundTrip(settings) : first
  const isLate = first === 'found' && found === noAnswerWithin(settings.timeout * 1000)
  if (found === 'found') return [find('ok', 'storeOk')]
  if (found === 'absent') return [find('wrong', 'storeForgets')]
  return [isLate ? slow : find('wrong', 'storeDown', { error: found })]
}

/** Found, absent, or why neither can be said. */
async function roundTrip(settings: StoreSettings): Promise<string> {
  const errors: string[] = []
  const emit = ({ error }: StoreEvent) => errors.push(error)
  const sealed = sealedStore(settings, { emit, now: Date.now, random: Math.random })
  const key = `doctor:${crypto.randomUUID()}`
  await sealed.write('revocation', key, key, lifetime)
  const { state } = await sealed.read('revocation', key)
  const [error = state] = errors
  return error
}
