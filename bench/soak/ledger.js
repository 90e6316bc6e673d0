// What was true when: the keys that the pool published, the keys that the guard knows, and when the pool was in
// trouble. All of the soak is one process, so one counter puts everything into one order.

/** Moves on by itself `speed` times as fast as this machine's; what the guard and the pool take for the time. */
export function fastClock(speed) {
  const start = Date.now()
  const origin = performance.now()
  return () => start + (performance.now() - origin) * speed
}

class AppLedger {
  /** By `kid`: the counter at which the pool published it and took it back, the guard learned and dropped it. */
  kids = new Map()
  /** When the guard last read the keys, in milliseconds; undefined before. */
  readAt = undefined
  /** When a fetch failed last, undefined since one succeeded. */
  failedAt = undefined
  refreshed = 0
  /** Fetches that were not due: an unknown `kid` asked for them. */
  sought = 0
  failed = 0
  recovered = 0
}

export class Ledger {
  #count = 0
  #troubles = []
  /** Failed fetches that no outage explains, keys that moved otherwise than the events say. */
  surprises = []
  /** Failed fetches with no reason but that this process was not given the processor. */
  starved = 0

  constructor(now, appIds, { trouble, dueAfter, pulse }) {
    this.now = now
    this.pulse = pulse
    this.apps = new Map(appIds.map((appId) => [appId, new AppLedger()]))
    /** Milliseconds for which a trouble may still be the reason of a failed fetch: the time-out, and some more. */
    this.troubleFor = trouble
    /** Milliseconds before which no refresh is due. */
    this.dueAfter = dueAfter
  }

  #step() {
    return ++this.#count
  }

  /** A moment, with what the guard knew then of an application's keys. */
  mark(appId) {
    const app = this.apps.get(appId)
    return { step: this.#step(), at: this.now(), readAt: app?.readAt, failedAt: app?.failedAt }
  }

  /** The pool's set as it is now. */
  published(appId, kids) {
    const app = this.apps.get(appId)
    const [step, at] = [this.#step(), this.now()]
    for (const [kid, life] of app.kids) {
      if (kids.includes(kid)) continue
      life.withdrawn ??= step
      life.withdrawnAt ??= at
    }
    for (const kid of kids) if (!app.kids.has(kid)) app.kids.set(kid, { published: step, publishedAt: at })
    // The oldest first; what is a hundred rotations old, nobody serves any more.
    for (const [kid, life] of app.kids) if (app.kids.size > 100 && life.withdrawn !== undefined) app.kids.delete(kid)
  }

  /** From here on fetches may fail (`until` is undefined while they still may). */
  troubleBegins() {
    const last = this.#troubles.at(-1)
    if (last !== undefined && last.until === undefined) return
    this.#troubles.push({ from: this.now(), until: undefined })
    if (this.#troubles.length > 50) this.#troubles.shift()
  }

  troubleEnds() {
    const last = this.#troubles.at(-1)
    if (last !== undefined) last.until ??= this.now()
  }

  isTroubled(from, until) {
    return this.#troubles.some((trouble) => trouble.from <= until && (trouble.until ?? until) >= from)
  }

  /** The guard's own news of an application's keys. */
  heard(event) {
    const app = this.apps.get(event.appId)
    const [step, at] = [this.#step(), this.now()]
    if (event.type === 'keys_failed') {
      app.failed++
      app.failedAt = at
      if (this.isTroubled(at - this.troubleFor, at)) return
      if (this.pulse.isWeak()) this.starved++
      else this.surprises.push(`a fetch failed for nothing: ${event.error}`)
      return
    }
    app.refreshed++
    if (app.failedAt !== undefined) app.recovered++
    else if (at - app.readAt < this.dueAfter) app.sought++
    app.failedAt = undefined
    app.readAt = at
    this.#learn(app, event, step)
  }

  #learn(app, { keyIds, added, removed, skipped }, step) {
    const known = [...app.kids].filter(([, life]) => life.learned !== undefined && life.dropped === undefined)
    const gone = known.map(([kid]) => kid).filter((kid) => !keyIds.includes(kid))
    if (gone.sort().join() !== [...removed].sort().join()) this.surprises.push(`removed is [${removed}], not [${gone}]`)
    for (const kid of gone) app.kids.get(kid).dropped = step
    for (const kid of keyIds) {
      const life = app.kids.get(kid)
      if (life === undefined) this.surprises.push(`the guard knows the kid ${kid}, which the pool never published`)
      else if (life.learned === undefined) life.learned = step
      if (life?.dropped !== undefined) this.surprises.push(`the key ${kid} is back from the dead`)
    }
    const news = keyIds.filter((kid) => app.kids.get(kid)?.learned === step)
    if (news.sort().join() !== [...added].sort().join()) this.surprises.push(`added is [${added}], not [${news}]`)
    this.#compare(app, keyIds)
    if (skipped.length > 0) this.surprises.push(`good keys were skipped: ${skipped}`)
  }

  /** With the pool's own set, but for what has changed there while the fetch may have been under way. */
  #compare(app, keyIds) {
    const before = this.now() - this.troubleFor
    if (this.pulse.isWeak()) return
    for (const [kid, { publishedAt, withdrawn, withdrawnAt }] of app.kids) {
      const has = keyIds.includes(kid)
      if (has && withdrawnAt < before) this.surprises.push(`a refresh left the removed key ${kid}`)
      if (!has && publishedAt < before && withdrawn === undefined)
        this.surprises.push(`a refresh missed the key ${kid}`)
    }
  }

  lifeOf(appId, kid) {
    return this.apps.get(appId)?.kids.get(kid) ?? {}
  }
}
