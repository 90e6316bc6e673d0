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
