// `npm run test:live`: asks a tenant whose secrets are in the environment. See scripts/live/settings.js.
import { createInterface } from 'node:readline/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { live } from './live.js'

const tell = (/** @type {string} */ text) => console.error(text)

/**
 * @param {string} text
 * @param {number} seconds
 */
async function person(text, seconds) {
  if (!process.stdin.isTTY) return false
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const signal = AbortSignal.timeout(seconds * 1000)
    const answer = await lines.question(`${text} Then press Enter, or s and Enter to skip it: `, { signal })
    return answer.trim() !== 's'
  } catch {
    return false
  } finally {
    lines.close()
  }
}

const sleep = (/** @type {number} */ seconds) => pause(seconds * 1000)
process.exitCode = await live({ env: process.env, print: console.log, tell, person, sleep, now: Date.now })
