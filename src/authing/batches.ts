import { FetchError } from '../common/http.js'
import { checkPermission, type DataQuestion } from './checks.js'
import type { Management } from './management.js'

/** Resources in one call. Authing documents no limit. */
const mostResources = 100

interface Batch {
  readonly resources: Set<string>
  readonly signals: AbortSignal[]
  readonly answers: Promise<ReadonlyMap<string, boolean>>
}

/** Puts questions of `check-permission` into one call that come in one tick and differ in nothing but the resource. */
export class Batches {
  readonly #open = new Map<string, Batch>()

  constructor(private readonly management: Management) {}

  /** The answer about a resource. Equal questions must be equal as JSON texts. @throws {FetchError} */
  async ask(question: DataQuestion, resource: string, signal: AbortSignal): Promise<boolean> {
    const key = JSON.stringify(question)
    const open = this.#open.get(key)
    const batch = open !== undefined && open.resources.size < mostResources ? open : this.#begin(key, question)
    batch.resources.add(resource)
    batch.signals.push(signal)
    const answer = (await batch.answers).get(resource)
    if (answer !== undefined) return answer
    throw new FetchError('check-permission left out a resource that it was asked about', 'unusable')
  }

  #begin(key: string, question: DataQuestion): Batch {
    const resources = new Set<string>()
    const signals: AbortSignal[] = []
    const answers = Promise.resolve().then(() => {
      this.#open.delete(key)
      return checkPermission(this.management, question, [...resources], onceAll(signals))
    })
    const batch = { resources, signals, answers }
    this.#open.set(key, batch)
    return batch
  }
}

/** Aborts once all of these have: one who waits no longer must not end it for the others. */
function onceAll(signals: readonly AbortSignal[]): AbortSignal {
  const abort = new AbortController()
  void Promise.all(signals.map(aborted)).then(() => abort.abort())
  return abort.signal
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }))
}
