/** Plays a schedule on the user pool, and tells the ledger. */
export class Weather {
  #timers = []
  #isDown = false
  #delay = 0
  #working = Promise.resolve()
  seen = { outages: {}, delays: 0, rotations: 0, keptOld: 0, rests: 0, floods: 0, inOutage: 0 }
  /** The applications whose tokens stay away. */
  resting = new Set()
  /** Tokens with unknown `kid`s, a second. */
  floodRate = 0

  constructor(pool, ledger, timeout, failed) {
    this.pool = pool
    this.ledger = ledger
    this.timeout = timeout
    this.failed = failed
    for (const { appId } of pool.apps) this.#publish(appId)
  }

  play(events) {
    for (const event of events) {
      const act = () => {
        this[event.act](event)
        this.#note()
      }
      this.#timers.push(setTimeout(act, event.at * 1000))
    }
  }

  /** Whatever the schedule says: the sun comes out, once the keys that are being made are there. */
  async clear() {
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#working
    this.up()
    this.slow({ delay: 0 })
    this.resting.clear()
    this.floodRate = 0
    this.#note()
  }

  #note() {
    // The second place of the keys takes another answer within the same time.
    if (this.#isDown || this.#delay * 2 > this.timeout / 2) this.ledger.troubleBegins()
    else this.ledger.troubleEnds()
  }

  #publish(appId) {
    this.ledger.published(
      appId,
      this.pool.jwks(appId).keys.map(({ kid }) => kid),
    )
  }

  down({ how }) {
    this.seen.outages[how] = (this.seen.outages[how] ?? 0) + 1
    this.#isDown = true
    this.pool.goDown({ fault: how })
    this.#note()
  }

  up() {
    this.#isDown = false
    this.pool.comeUp()
  }

  slow({ delay }) {
    if (delay > 0) this.seen.delays++
    this.#delay = delay
    this.pool.slowDown(delay)
  }

  rotate({ app, keepOld }) {
    const { appId } = this.pool.apps[app]
    this.seen.rotations++
    if (keepOld) this.seen.keptOld++
    if (this.#isDown) this.seen.inOutage++
    const rotated = this.pool.rotateKeys({ appId, keepOld }).then(() => this.#publish(appId))
    this.#working = Promise.all([this.#working, rotated])
    this.#working.catch(this.failed)
  }

  rest({ app }) {
    this.seen.rests++
    this.resting.add(this.pool.apps[app].appId)
  }

  resume({ app }) {
    this.resting.delete(this.pool.apps[app].appId)
  }

  flood({ rate }) {
    if (rate > 0) this.seen.floods++
    this.floodRate = rate
  }
}
