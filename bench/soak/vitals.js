import { subscribe, unsubscribe } from 'node:diagnostics_channel'

const mebibyte = 2 ** 20
/** Milliseconds between two beats. */
const beatEvery = 10
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length

/** Memory after a collection, sockets to the pool, and the guard's states, looked at again and again. */
export class Vitals {
  #timers = []
  #sockets = new Set()
  /** Bytes: heap and buffers, each after a full collection. */
  memory = []
  mostSockets = 0
  /** How often each state of an application was seen to begin. */
  states = { fresh: 0, stale: 0, unavailable: 0 }
  #last = new Map()
  #seen

  /** `ports`: the pool's. A socket is seen when it is made, and known by its other end once it is connected. */
  constructor(guard, ports) {
    this.guard = guard
    this.ports = new Set(ports)
    this.#seen = ({ socket }) => {
      socket.once('connect', () => {
        if (!this.ports.has(socket.remotePort)) return
        this.#sockets.add(socket)
        this.mostSockets = Math.max(this.mostSockets, this.#sockets.size)
        socket.once('close', () => this.#sockets.delete(socket))
      })
    }
  }

  start(every) {
    subscribe('net.client.socket', this.#seen)
    this.#timers.push(
      setInterval(() => this.#weigh(), every * 1000),
      setInterval(() => this.#look(), 50),
    )
  }

  stop() {
    for (const timer of this.#timers) clearInterval(timer)
    unsubscribe('net.client.socket', this.#seen)
  }

  get sockets() {
    return this.#sockets.size
  }

  #weigh() {
    globalThis.gc()
    const { heapUsed, external } = process.memoryUsage()
    this.memory.push(heapUsed + external)
  }

  #look() {
    for (const { appId, state } of this.guard.health().applications) {
      if (this.#last.get(appId) !== state) this.states[state]++
      this.#last.set(appId, state)
    }
  }

  /** The curve in MiB, and by how much the last third is above the second. */
  growth() {
    const third = Math.floor(this.memory.length / 3)
    const [second, last] = [this.memory.slice(third, 2 * third), this.memory.slice(2 * third)].map(mean)
    return { curve: this.memory.map((bytes) => (bytes / mebibyte).toFixed(1)), grown: (last - second) / mebibyte }
  }
}

/**
 * Beats as often as this process gets its turn. On a machine that is busy elsewhere a fetch from a pool that is well
 * may take longer than its time-out; that is no fault of the guard's, and the soak must be able to tell.
 */
export class Pulse {
  #beats = []
  #timer

  /** Weakness is looked for within the last so many milliseconds. */
  constructor(within) {
    this.within = within
    this.#timer = setInterval(() => this.#beat(), beatEvery)
  }

  stop() {
    clearInterval(this.#timer)
  }

  #beat() {
    this.#beats.push(performance.now())
    if (this.#beats.length > this.within / beatEvery) this.#beats.shift()
  }

  /** Less than half of the beats that there should have been. */
  isWeak() {
    const since = performance.now() - this.within
    return this.#beats.filter((at) => at >= since).length < this.within / beatEvery / 2
  }
}
