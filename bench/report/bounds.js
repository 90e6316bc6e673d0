import { coldStartBounds } from './cold-start.js'
import { forwardBounds } from './forward.js'
import { keyBounds } from './key-bounds.js'
import { floodBounds } from './online.js'
import { webhookBounds } from './webhooks.js'

const cacheOff = 'authing-guard, cache off'
const guard = 'authing-guard'
const cached = 'fast-jwt, cache of 20,000'

/**
 * What the benchmark must show, and whether it did.
 *
 * @typedef {object} Bound
 * @property {string} what
 * @property {string} must
 * @property {string} measured
 * @property {boolean} met
 */

/** @returns {readonly Bound[]} as far as the sections have been measured */
export function boundsOf({
  verify,
  refused,
  http,
  hosts,
  forward,
  memory,
  jwks,
  online,
  webhooks,
  'cold-start': coldStart,
}) {
  return [
    ...(verify === undefined ? [] : tokenBounds(verify.measured)),
    ...(refused === undefined ? [] : refusalBounds(refused.measured)),
    ...(http === undefined ? [] : serverBounds(http.measured)),
    ...(hosts === undefined ? [] : hostBounds(hosts.measured)),
    ...(forward === undefined ? [] : forwardBounds(forward.measured)),
    ...(memory === undefined ? [] : memoryBounds(memory.measured)),
    ...(jwks === undefined ? [] : keyBounds(jwks.measured)),
    ...(online === undefined ? [] : floodBounds(online.measured)),
    ...(webhooks === undefined ? [] : webhookBounds(webhooks.measured)),
    ...(coldStart === undefined ? [] : coldStartBounds(coldStart.measured)),
  ]
}

/** A bound on a number that must be small. */
const atMost = (what, value, limit, unit = 'x the floor') => ({
  what,
  must: `at most ${limit} ${unit}`,
  measured: `${value.toFixed(2)} ${unit}`,
  met: value <= limit,
})

const atLeast = (what, value, limit, unit) => ({
  what,
  must: `at least ${limit} ${unit}`,
  measured: `${value.toFixed(2)} ${unit}`,
  met: value >= limit,
})

function tokenBounds(verify) {
  const us = (algorithm, order, name) => verify[algorithm].times.sequential[order][name].us
  const overFloor = (algorithm, name) => us(algorithm, 'different', name) / us(algorithm, 'different', 'floor')
  const fastJwt = us('RS256', 'different', cacheOff) / us('RS256', 'different', 'fast-jwt')
  const than = (order, name) => us('RS256', order, name) / us('RS256', order, guard)
  return [
    atMost('all different, RS256, cache off', overFloor('RS256', cacheOff), 1.35),
    atMost('the same', fastJwt, 1, 'x fast-jwt without its cache'),
    atMost('all different, RS256, default cache', overFloor('RS256', guard), 1.5),
    atMost('all different, ES256, cache off', overFloor('ES256', cacheOff), 1.15),
    atMost('all different, HS256, cache off', overFloor('HS256', cacheOff), 2.8),
    atLeast('one hot token', than('hot', cached), 6, "x as fast as fast-jwt's cache"),
    atLeast('one hot token', than('hot', 'jose'), 100, 'x as fast as jose'),
    atLeast('10,000 tokens in turn', than('inTurn', cached), 3, "x as fast as fast-jwt's cache of 20,000"),
  ]
}

function refusalBounds({ RS256: { signature, garbage, expired } }) {
  const peers = Object.entries(expired.times).filter(([name]) => name !== 'floor' && !name.startsWith(guard))
  const fastest = Math.min(...peers.map(([, { us }]) => us))
  return [
    atMost('refused: bad signature', signature.times[guard].us / signature.times.floor.us, 1.15),
    atMost('refused: random segments', garbage.times[guard].us, 5, 'us'),
    atMost('refused: expired', expired.times[guard].us / fastest, 1, 'x the fastest peer'),
  ]
}

function serverBounds(http) {
  return [
    { host: 'koa', title: 'Koa 3', least: 0.95 },
    { host: 'express', title: 'Express 5', least: 0.93 },
  ].flatMap(({ host, title, least }) => {
    const { perSecond, addedUs } = http[host][guard].besideEmpty
    return [
      atLeast(`${title}, hot token, requests a second`, perSecond, least, 'x with an empty middleware'),
      atMost(`${title}, hot token, CPU`, addedUs, 3, 'us a request more'),
    ]
  })
}

function hostBounds({ http }) {
  return Object.entries(http).map(([host, { besideBare }]) =>
    atMost(`${host}, hot token, CPU of a request`, besideBare.cpu, 1.05, 'x the bare host'),
  )
}

function memoryBounds(memory) {
  return memory
    .filter(({ name }) => name === guard)
    .map(({ tokenLength, curve }) => {
      const values = Object.values(curve)
      const most = Math.max(...values)
      const later = values.slice(Math.floor(values.length / 2))
      const isFlat = Math.max(...later) - Math.min(...later) <= 1
      return {
        what: `memory after ${Object.keys(curve).at(-1)} tokens of ${tokenLength} characters`,
        must: 'flat, at most 32 MiB',
        measured: `${isFlat ? 'flat' : 'not flat'}, ${most.toFixed(1)} MiB`,
        met: isFlat && most <= 32,
      }
    })
}
