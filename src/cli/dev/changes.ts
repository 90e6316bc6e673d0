/** Counts the changes of the pool and calls back whoever waits for the next one. There is no polling. */
export class Changes {
  readonly #listeners = new Set<() => void>()
  #version = 1

  get version(): number {
    return this.#version
  }

  notify(): void {
    this.#version += 1
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener()
  }

  /**
   * Calls back once the version differs from `seen`: at once if it already does. The returned function cancels the wait.
   */
  onceAfter(seen: number, callback: () => void): () => void {
    if (seen === this.#version) this.#listeners.add(callback)
    else callback()
    return () => {
      this.#listeners.delete(callback)
    }
  }
}
