import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { hosts } from '../http/hosts.js'
import { caller, middlewareTimer, requestsOf } from '../lib/called.js'
import { answerCalls } from '../lib/child.js'
import { makeKey } from '../lib/keys.js'
import { rotate } from '../lib/stats.js'
import { appId, bytesOf, freshString, issuer, mintMany } from '../lib/tokens.js'
import { alone, compete } from './compete.js'

/** Tokens that go round in turn. */
const many = 10_000
/** Tokens that are used once by each guard. */
const supply = 6000
/** Guards are made anew so many times: where one's tables lie in memory is luck, and worth up to 7 %. */
const sessions = 4

answerCalls({
  /**
   * @param {{ old: string, new: string }} folders of an installed package each
   * @param {number} rounds
   */
  async compare(folders, rounds) {
    const key = makeKey('RS256')
    const options = { issuer, appId, jwks: { keys: [key.jwk] } }
    const builds = [await load('old', folders.old, options), await load('new', folders.new, options)]
    const tokens = (await mintMany(key, Math.max(many, supply))).map(bytesOf)
    const workloads = { ...tokenWorkloads(builds, tokens, rounds), ...hostWorkloads(builds, tokens[0]) }
    const results = {}
    for (const [name, { runners, ...settings }] of Object.entries(workloads)) {
      const all = []
      for (let session = 0; session < sessions; session++) {
        all.push(await compete(rotate(await runners(), session), { ...settings, rounds: Math.ceil(rounds / sessions) }))
      }
      results[name] = joined(all)
    }
    return results
  },
})

/** The rounds of all sessions, one after the other. */
function joined(all) {
  return Object.fromEntries(Object.keys(all[0]).map((name) => [name, all.flatMap((results) => results[name])]))
}

/** A build's own entries, by its `exports`: two builds of one name are in this process. */
async function load(name, folder, options) {
  const root = pathToFileURL(`${resolve(folder)}/`)
  const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const entry = (subpath) => import(new URL(exports[subpath].import.default, root).href)
  const [{ createGuard }, express, koa] = await Promise.all(['.', './express', './koa'].map(entry))
  return {
    name,
    guard: () => createGuard(options),
    express: () => express.authingGuard(options),
    koa: () => koa.authingGuard(options),
  }
}

/** Tokens that are handed to `verifyToken`. */
function tokenWorkloads(builds, tokens, rounds) {
  const different = Math.floor((supply - 1) / (Math.ceil(rounds / sessions) + 1))
  const orders = {
    'RS256, one hot token': { next: () => 0, calls: 256, stretches: 40 },
    'RS256, 10,000 tokens in turn': { next: (cursor) => cursor % many, calls: 256, stretches: 40, remembered: many },
    'RS256, all different': {
      next: (cursor) => cursor,
      calls: 16,
      stretches: Math.min(60, Math.floor(different / 16)),
    },
  }
  return Object.fromEntries(
    Object.entries(orders).map(([name, { next, remembered = 1, ...settings }]) => {
      const runners = () => Promise.all(builds.map((build) => tokenRunner(build, tokens, next, remembered)))
      return [name, { runners, ...settings }]
    }),
  )
}

async function tokenRunner({ name, guard }, tokens, next, remembered) {
  const { verifyToken } = guard()
  // Twice seen, and once more for those that were pushed out meanwhile.
  for (let pass = 0; pass < 3; pass++) {
    for (const bytes of tokens.slice(0, remembered)) await verifyToken(freshString(bytes))
  }
  let cursor = 1
  return {
    name,
    take: (count) => Array.from({ length: count }, () => freshString(tokens[next(cursor++)])),
    run: async (inputs) => {
      for (const token of inputs) await verifyToken(token)
    },
  }
}

/** A hot token in requests that are handed to a host. */
function hostWorkloads(builds, token) {
  const bytes = Buffer.concat([Buffer.from('Bearer '), token])
  const take = (count) => requestsOf(Array.from({ length: count }, () => freshString(bytes)))
  const workload = (host, makeRunner) => {
    const ofBuilds = builds.map((build) => [build.name, build[host]()])
    const runners = () => runnersOf({ empty: hosts[host].empty, ...Object.fromEntries(ofBuilds) }, makeRunner, take)
    return { runners, calls: 64, stretches: 60 }
  }
  const whole = (host) => (middleware) => caller(hosts[host].listener(middleware))
  return {
    [alone]: workload('express', middlewareTimer),
    'Express 5, hot token, the whole request': workload('express', whole('express')),
    'Koa 3, hot token, the whole request': workload('koa', whole('koa')),
  }
}

/** One host for all: the shapes of two hosts' requests would slow each other down. */
function runnersOf(middlewares, makeRunner, take) {
  let current
  // Express counts the parameters.
  const call = makeRunner((one, two, three) => current(one, two, three))
  return Object.entries(middlewares).map(([name, middleware]) => ({
    name,
    take,
    run: (requests) => {
      current = middleware
      return call(requests)
    },
  }))
}
