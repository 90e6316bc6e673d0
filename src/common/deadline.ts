/**
 * Runs `work` for at most `seconds`, then rejects with the error that `late` makes. The work gets a signal that aborts
 * when this settles, so that it can let go of what it holds. The deadline holds whether the work heeds the signal or not.
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
