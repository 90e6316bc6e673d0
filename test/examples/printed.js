// @ts-check
// Reads what `npm start` prints, and does what it says.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** @typedef {{ status: string, who: string, says: string, lines: string }} Printed */

/**
 * The callers in the printed text: a status, who calls, a part of the answer, and the lines to paste.
 *
 * @param {string} text
 * @returns {Printed[]}
 */
export function callersIn(text) {
  const block = /^# (\d{3}) (.+)\n# +(.+)\n((?:curl -s -X POST .+\n)?(?:TOKEN=.+\n)?curl .+)$/gm
  return [...text.matchAll(block)].map(([, status = '', who = '', says = '', lines = '']) => ({
    status,
    who,
    says,
    lines,
  }))
}

/**
 * Pastes lines into a shell, or where there is no curl sends the same requests; resolves with the answer as `curl -i`
 * shows it.
 *
 * @param {string} lines
 */
export async function paste(lines) {
  const env = { ...process.env, no_proxy: '127.0.0.1' }
  try {
    return (await promisify(execFile)('sh', ['-c', lines], { env })).stdout
  } catch (error) {
    // What a shell answers where it finds no such command.
    if (!(error instanceof Error && 'code' in error && error.code === 127)) throw error
    return send(lines)
  }
}

/** @param {string} lines */
async function send(lines) {
  const [, address] = /^TOKEN=\$\(\S+ -s (\S+)\)$/m.exec(lines) ?? []
  const [, url = ''] = /^\S+ -i .*?(\S+)$/m.exec(lines) ?? []
  const [, post] = /^\S+ -s -X POST (\S+)$/m.exec(lines) ?? []
  if (post !== undefined) await fetch(post, { method: 'POST' })
  const token = address === undefined ? undefined : await (await fetch(address)).text()
  const response = await fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
  // Names of headers as Express writes them; fetch has them in small letters.
  const upper = (/** @type {string} */ name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
  const headers = [...response.headers].map(([name, value]) => `${upper(name)}: ${value}`)
  const head = [`HTTP/1.1 ${response.status} ${response.statusText}`, ...headers]
  return `${head.join('\r\n').replace('Www-', 'WWW-')}\r\n\r\n${await response.text()}`
}
