// Measures stack in calls of one small function, so that no test depends on how large the stack of a thread is.

const descend = <T>(calls: number, run: () => T): T => (calls <= 0 ? run() : descend(calls - 1, run))

/** How many calls fit onto the stack that is left. */
function capacity(): number {
  let [low, high] = [0, 1_000_000]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    try {
      descend(middle, () => {})
      low = middle
    } catch {
      high = middle
    }
  }
  return low
}

/** Runs a function, until its first `await`, with a stack on which this many more calls fit. */
export function withStackOf<T>(calls: number, run: () => T): T {
  return descend(capacity() - calls, run)
}
