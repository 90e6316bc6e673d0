import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { makeKey } from '../lib/keys.js'
import { median, rotate, round } from '../lib/stats.js'
import { appId, breakSignature, issuer, mint } from '../lib/tokens.js'
import { formats, programs, writeProgram } from '../startup/programs.js'

const execute = promisify(execFile)

/**
 * What a serverless process pays before its first answer: new processes in turn, with the keys given in the options.
 * How many keys an issuer is asked for by a thousand first requests at once is another question: `jwks/cold-start.js`.
 */
export async function coldStart({ quick, log }) {
  const key = makeKey('RS256')
  const token = await mint(key)
  const given = { issuer, appId, jwks: { keys: [key.jwk] }, pem: key.pem, token, broken: breakSignature(token) }
  const results = {}
  for (const format of formats) {
    log(`cold start: ${format}`)
    results[format] = await raceProcesses(format, JSON.stringify(given), quick ? 2 : 25)
  }
  return results
}

/** The median milliseconds of each part by program, and of the whole. */
async function raceProcesses(format, given, rounds) {
  const files = Object.keys(programs).map((name) => [name, writeProgram(name, format)])
  const runs = new Map(files.map(([name]) => [name, []]))
  // The first round brings the files into the system's cache, and does not count.
  for (let turn = 0; turn <= rounds; turn++) {
    for (const [name, file] of rotate(files, turn)) {
      const parts = await partsOf([file, given])
      if (turn > 0) runs.get(name).push(parts)
    }
  }
  return Object.fromEntries([...runs].map(([name, all]) => [name, summaryOf(all)]))
}

async function partsOf(args) {
  const { stdout } = await execute(process.execPath, args)
  const parts = JSON.parse(stdout)
  return { ...parts, all: Object.values(parts).reduce((sum, part) => sum + part, 0) }
}

function summaryOf(runs) {
  const names = Object.keys(runs[0])
  return Object.fromEntries(names.map((name) => [name, round(median(runs.map((parts) => parts[name])))]))
}
