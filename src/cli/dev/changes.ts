/** Counts what happens, and wakes whoever waits for it. Nobody waits by a timer. */
export class Changes {
  readonly #waiting = new Set<() => void>()
  #version = 1

  get version(): number {
    return this.#version
  }

  tell(): void {
    this.#version += 1
    const woken = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of woken) wake()
  }

  /** Acts once there is another version than `seen`, be it now; the function that comes back gives up waiting. */
  after(seen: number, act: () => void): () => void {
    if (seen === this.#version) this.#waiting.add(act)
    else act()
    return () => {
      this.#waiting.delete(act)
    }
  }
}
