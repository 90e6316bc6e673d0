/** Latencies in steps of a twentieth, from 0.01 ms on: bounded, whatever the number. */
class Histogram {
  #counts = new Uint32Array(300)
  total = 0

  add(milliseconds) {
    const at = Math.round(Math.log(Math.max(1, milliseconds / 0.01)) / Math.log(1.05))
    this.#counts[Math.min(this.#counts.length - 1, at)]++
    this.total++
  }

  quantile(share) {
    let left = share * this.total
    const at = this.#counts.findIndex((count) => {
      left -= count
      return left <= 0
    })
    return 0.01 * 1.05 ** at
  }
}

/** What was sent and what came of it. */
export class Tally {
  /** By kind, then by status. */
  #kinds = new Map()
  #latencies = { good: new Histogram(), bad: new Histogram() }
  #waited = 0
  verdicts = { in: 0, refused: 0, outage: 0, unasked: 0, wrong: 0 }
  total = 0

  count({ kind, good }, status, verdict, took, age) {
    this.total++
    this.verdicts[verdict]++
    const statuses = this.#kinds.get(kind) ?? new Map()
    this.#kinds.set(kind, statuses)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    this.#latencies[good ? 'good' : 'bad'].add(took)
    if (verdict === 'unasked') this.#waited = Math.max(age, this.#waited)
  }

  /** Lines of a table. */
  table() {
    const kinds = [...this.#kinds].sort(([one], [other]) => one.localeCompare(other))
    const statuses = [...new Set(kinds.flatMap(([, counts]) => [...counts.keys()]))].sort()
    const row = (name, cells) => `  ${name.padEnd(30)}${cells.map((cell) => String(cell).padStart(8)).join('')}`
    return [
      row('sent', statuses),
      ...kinds.map(([kind, counts]) =>
        row(
          kind,
          statuses.map((status) => counts.get(status) ?? '-'),
        ),
      ),
    ]
  }

  latencies() {
    return Object.entries(this.#latencies).map(([name, histogram]) => {
      const [half, most] = [0.5, 0.99].map((share) => histogram.quantile(share).toFixed(1))
      return `  ${name} tokens: p50 ${half} ms, p99 ${most} ms, of ${histogram.total}`
    })
  }

  /** Tokens that were 503 for want of budget, and for how long those of a new key were, by the guard's clock. */
  unasked() {
    return { requests: this.verdicts.unasked, longest: this.#waited }
  }
}
