let reason: DOMException | undefined

/** The reason of every abort: one made for each call would cost more than most of the work. */
function settled(): DOMException {
  reason ??= new DOMException('This operation was aborted', 'AbortError')
  return reason
}

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
    timer = setTimeout(
      () => {
        // Once more round the event loop: work that settled while the loop was blocked is not late.
        timer = setTimeout(() => reject(late()), 1)
      },
      seconds * 1000 - 1,
    )
  })
  try {
    return await Promise.race([work(abort.signal), deadline])
  } finally {
    clearTimeout(timer)
    abort.abort(settled())
  }
}
