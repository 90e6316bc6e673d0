const guard = 'authing-guard'

/** Sets with which the good key among them must serve a process that has just started. */
const harmless = [
  'one broken key among good',
  'null among the keys',
  'two keys of one kid',
  'an EC key of the same kid',
]
/** What one set may cost: memory in MiB, and the seconds that a fetch may take, and a little. */
const most = { mebibytes: 10, seconds: 3.5 }

/** The bounds on what becomes of the keys. @returns {readonly import('./bounds.js').Bound[]} */
export function keyBounds(jwks) {
  const of = (scene) => jwks[scene][guard]
  return [
    cold(of('coldStart')),
    ...['floodWarm', 'floodCold'].flatMap((scene) => flooded(scene === 'floodWarm' ? 'warm' : 'cold', of(scene))),
    rotated(of('rotation')),
    outlived(of('outage')),
    hung(of('hang')),
    removed(of('removal')),
    hostile(jwks.hostile),
  ]
}

const cold = ({ fetches, accepted }) => ({
  what: 'cold start, 1,000 at once',
  must: '1 fetch',
  measured: `${fetches} fetch${fetches === 1 ? '' : 'es'}, ${accepted} accepted`,
  met: fetches === 1 && accepted === 1000,
})

const flooded = (state, { fetches, ratio }) => [
  {
    what: `1,000 unknown kids in a second, ${state}`,
    must: 'at most 6 fetches',
    measured: `${fetches} fetches`,
    met: fetches <= 6,
  },
  { what: 'the same', must: "good tokens' p99 at most 1.2 x", measured: `${ratio.toFixed(2)} x`, met: ratio <= 1.2 },
]

const rotated = ({ seconds, refused }) => ({
  what: 'a key rotated right after a fetch',
  must: 'none refused',
  measured: `${refused} refused, accepted after ${(seconds * 1000).toFixed(0)} ms`,
  met: refused === 0,
})

const outlived = ({ refusedFrom, verdict, status }) => ({
  what: 'issuer down past the fresh time',
  must: 'none refused for 24 h, then 503',
  measured: `${refusedFrom} h, then ${verdict}`,
  met: refusedFrom >= 24 && status === 503,
})

const hung = ({ verdict, status, seconds, sockets }) => ({
  what: 'issuer hangs, cold',
  must: '503 within 3.5 s, one socket',
  measured: `${verdict} after ${seconds} s, sockets: ${sockets}`,
  met: status === 503 && seconds <= 3.5 && sockets === 1,
})

function removed({ afterFreshTime, afterNextKey }) {
  const verdicts = [afterFreshTime, afterNextKey].flatMap(({ remembered, unseen }) => [remembered, unseen])
  return {
    what: 'a key removed from the set',
    must: 'its tokens refused, remembered ones included',
    measured: [...new Set(verdicts)].join(', '),
    met: !verdicts.includes('accepted'),
  }
}

function hostile(sets) {
  const bad = Object.entries(sets).flatMap(([set, { [guard]: guarded }]) => {
    const { cold: first, warm } = guarded
    const serves = warm.verdict === 'accepted' && (!harmless.includes(set) || first.verdict === 'accepted')
    const isBounded = [first, warm].every(
      ({ mebibytes, seconds }) => mebibytes <= most.mebibytes && seconds <= most.seconds,
    )
    return serves && isBounded ? [] : [set]
  })
  return {
    what: '50 MB, drip, bomb, redirect, duplicate kids, a broken key',
    must: `good keys serve; at most ${most.mebibytes} MiB, ${most.seconds} s`,
    measured: bad.length === 0 ? 'so it is' : `not so: ${bad.join(', ')}`,
    met: bad.length === 0,
  }
}
