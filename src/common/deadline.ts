/**
 * Runs `work` for at most `seconds`, then rejects with what `late` makes. The work gets a signal, but the deadline does
 * not rest on its heeding it; whatever the work still holds when this settles, the signal tells it to let go of.
 */
export async function withDeadline<T>(
  seconds: number,
  late: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), seconds * 1000)
  })
  try {
    return await Promise.race([work(abort.signal), deadline])
  } finally {
    clearTimeout(timer)
    abort.abort()
  }
}

/**
 * Whether a promise settles within `seconds`. On Workers one of a request that has ended never does, or, where the
 * platform notices, rejects whoever waits for it.
 */
export async function settles(promise: Promise<void>, seconds: number): Promise<boolean> {
  const work = async () => {
    await promise
    return true
  }
  return withDeadline(seconds, () => new Error('late'), work).catch(() => false)
}
