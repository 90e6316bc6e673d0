/** Resources in one call. Authing documents no limit. */
const mostResources = 100

/** Asks about several resources at once; what is not answered is not in the map. */
export type AskAll = (resources: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, boolean>>

interface Batch {
  readonly resources: Set<string>
  readonly signals: AbortSignal[]
  readonly answers: Promise<ReadonlyMap<string, boolean>>
}

/** Puts questions into one call that come in one tick and differ in nothing but the resource. */
export class Batches {
  readonly #open = new Map<string, Batch>()

  /** The answer about a resource, undefined where there was none. `key` says all of the question but the resource. */
  async ask(key: string, resource: string, signal: AbortSignal, askAll: AskAll): Promise<boolean | undefined> {
    const open = this.#open.get(key)
    const batch = open !== undefined && open.resources.size < mostResources ? open : this.#begin(key, askAll)
    batch.resources.add(resource)
    batch.signals.push(signal)
    return (await batch.answers).get(resource)
  }

  #begin(key: string, askAll: AskAll): Batch {
    const resources = new Set<string>()
    const signals: AbortSignal[] = []
    const answers = Promise.resolve().then(() => {
      this.#open.delete(key)
      return askAll([...resources], onceAll(signals))
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
