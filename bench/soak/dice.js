/** mulberry32: 32 bits of state, the same stream for the same seed on every machine. */
function mulberry32(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Chance, from a seed. */
export class Dice {
  constructor(seed) {
    this.next = mulberry32(seed)
  }

  chance(probability) {
    return this.next() < probability
  }

  between(least, most) {
    return least + this.next() * (most - least)
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)]
  }

  /** The name of one of `{ name: weight }`. */
  weighted(table) {
    const entries = Object.entries(table)
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [name, weight] of entries) {
      left -= weight
      if (left < 0) return name
    }
    return entries[0][0]
  }

  shuffle(list) {
    const shuffled = [...list]
    for (let at = shuffled.length - 1; at > 0; at--) {
      const other = Math.floor(this.next() * (at + 1))
      const held = shuffled[at]
      shuffled[at] = shuffled[other]
      shuffled[other] = held
    }
    return shuffled
  }

  /** Another stream: what one part of the soak throws is not changed by what another does. */
  fork() {
    return new Dice(Math.floor(this.next() * 2 ** 32))
  }
}
