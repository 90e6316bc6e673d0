// What happens to the user pool and to the traffic, and when: drawn from the seed before anything starts. Times in
// seconds of this machine since the start.

/** Seconds at the end in which nothing happens any more: the guard must be back by then. */
const calm = 16

/**
 * The whole course of a run: `{ starts: 'up' or 'down', events: [{ at, act, ... }] }`.
 *
 * - `down` (`how`) and `up`, every way of being down once before any comes twice
 * - `slow` (`delay`), 0 turns it off
 * - `rotate` (`app`, `keepOld`)
 * - `rest` and `resume` (`app`): an application's tokens stay away for so long that its keys grow old unseen
 * - `flood` (`rate`): tokens with unknown `kid`s, a second
 */
export function scheduleOf(dice, { seconds, apps, faults, timeout, restFor }) {
  const end = seconds - Math.min(calm, seconds / 4)
  const starts = dice.chance(1 / 3) ? 'down' : 'up'
  const events = [
    ...outages(dice.fork(), end, faults, starts),
    ...delays(dice.fork(), end, timeout),
    ...rotations(dice.fork(), end, apps),
    ...rests(dice.fork(), end, apps, restFor),
    ...floods(dice.fork(), end),
  ]
  return { starts, events: events.sort((one, other) => one.at - other.at) }
}

function outages(dice, end, faults, starts) {
  const events = []
  let ways = []
  let at = starts === 'down' ? 0 : dice.between(3, 6)
  // Two outages in a run are longer than keys serve; the first comes when the keys have rotated a few times.
  const long = new Set([Math.floor(dice.between(1, 4)), Math.floor(dice.between(5, 8))])
  for (let count = 0; ; count++) {
    if (ways.length === 0) ways = dice.shuffle(faults)
    const lasts = long.has(count) && end > 60 ? dice.between(15, 18) : dice.between(0.4, 2.5)
    if (at + lasts > end) return events
    events.push({ at, act: 'down', how: ways.pop() }, { at: at + lasts, act: 'up' })
    at += lasts + (dice.chance(0.2) ? dice.between(0.05, 0.5) : dice.between(2, 6))
  }
}

function delays(dice, end, timeout) {
  const events = []
  for (let at = dice.between(2, 10); at < end - 4; at += dice.between(5, 14)) {
    // Slow but in time, or too slow.
    const delay = dice.chance(0.6) ? dice.between(0.02, timeout / 3) : dice.between(timeout, 3 * timeout)
    events.push({ at, act: 'slow', delay }, { at: at + dice.between(0.4, 2.5), act: 'slow', delay: 0 })
  }
  return events
}

function rotations(dice, end, apps) {
  const events = []
  for (let at = dice.between(1, 3); at < end - 2; at += dice.between(1, 6)) {
    const event = { at, act: 'rotate', app: Math.floor(dice.next() * apps), keepOld: dice.chance(0.5) }
    events.push(event)
    // Twice in a row: a key that nobody may ever have seen.
    if (dice.chance(0.15)) events.push({ ...event, at: at + dice.between(0.01, 0.6), keepOld: dice.chance(0.5) })
  }
  return events
}

function rests(dice, end, apps, restFor) {
  const events = []
  for (let at = dice.between(5, 15); at + restFor < end; at += restFor + dice.between(3, 10)) {
    const app = Math.floor(dice.next() * apps)
    events.push({ at, act: 'rest', app }, { at: at + restFor, act: 'resume', app })
  }
  return events
}

function floods(dice, end) {
  const events = []
  for (let at = dice.between(4, 20); at < end - 4; at += dice.between(10, 25)) {
    const lasts = dice.between(2, 8)
    events.push(
      { at, act: 'flood', rate: dice.between(50, 200) },
      { at: Math.min(end, at + lasts), act: 'flood', rate: 0 },
    )
  }
  return events
}
