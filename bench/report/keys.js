import { table } from './table.js'

/** What becomes of the keys: a row for each peer. */
export function keyScenes(jwks) {
  const names = Object.keys(jwks.coldStart)
  const head = ['fetches: cold start', 'flood, warm', 'flood, cold', 'p99 in the flood, warm', 'cold']
  const traffic = names.map((name) => [
    name,
    jwks.coldStart[name].fetches,
    jwks.floodWarm[name].fetches,
    jwks.floodCold[name].fetches,
    p99(jwks.floodWarm[name]),
    p99(jwks.floodCold[name]),
  ])
  const days = names.map((name) => [
    name,
    rotated(jwks.rotation[name]),
    outlived(jwks.outage[name]),
    hung(jwks.hang[name]),
    removed(jwks.removal[name]),
  ])
  const badDays = [
    'a key rotated right after a fetch',
    'issuer down past the fresh time',
    'issuer hangs, cold',
    'a key removed',
  ]
  const left = ['---', '---', '---', '---', '---']
  return [
    table(['1,000 at once; 1,000 unknown kids in a second', ...head], traffic),
    table(['bad days', ...badDays], days, left),
    hostileTable(jwks.hostile, names),
  ]
}

const p99 = ({ calmP99Ms, floodedP99Ms }) => `${floodedP99Ms} ms (${calmP99Ms} without)`

const rotated = ({ seconds, refused, over }) =>
  refused === 0 ? `none refused, ${(seconds * 1000).toFixed(0)} ms` : `${over ? 'over ' : ''}${seconds} s of refusals`

function outlived({ refusedFrom, verdict, takesClock }) {
  if (refusedFrom === undefined) return takesClock ? 'serves for two days and on' : 'serves on'
  return refusedFrom === 0 ? `${verdict} at once` : `serves for ${refusedFrom} h, then ${verdict}`
}

const hung = ({ verdict, seconds, sockets }) =>
  `${verdict === 'no answer' ? `no answer in ${seconds} s` : `${verdict} after ${seconds} s`}; sockets: ${sockets}`

function removed({ afterFreshTime, afterNextKey }) {
  const accepted = ({ remembered, unseen }) =>
    unseen === 'accepted' ? 'accepted' : remembered === 'accepted' ? 'refused, remembered ones accepted' : 'refused'
  const [first, second] = [accepted(afterFreshTime), accepted(afterNextKey)]
  return first === second ? first : `${first}; ${second} once a token of the next key came`
}

function hostileTable(hostile, names) {
  const rows = Object.entries(hostile).flatMap(([set, byPeer]) =>
    ['cold', 'warm'].map((state) => [
      state === 'cold' ? set : '',
      state,
      ...names.map((name) => hostileCell(byPeer[name][state])),
    ]),
  )
  return table(['a good token where the JWKS has', 'process', ...names], rows, [
    '---',
    '---',
    ...names.map(() => '---'),
  ])
}

function hostileCell({ verdict, seconds, mebibytes }) {
  const time = seconds >= 1 ? `, ${seconds} s` : ''
  const memory = mebibytes >= 10 ? `, ${Math.round(mebibytes)} MiB more` : ''
  return `${verdict}${time}${memory}`
}
