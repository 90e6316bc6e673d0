// @ts-check
// Reads what `npm start` prints, and does what it says.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** @typedef {{ status: string, who: string, says: string, curl: string }} Printed */

/**
 * The callers in the printed text: a status, who calls, a part of the answer, and the line to paste.
 *
 * @param {string} text
 * @returns {Printed[]}
 */
export function callersIn(text) {
  const block = /^# (\d{3}) (.+)\n# +(.+)\n(curl .+)$/gm
  return [...text.matchAll(block)].map(([, status = '', who = '', says = '', curl = '']) => ({
    status,
    who,
    says,
    curl,
  }))
}

/**
 * Pastes a line into a shell, or where there is no curl sends the same request; resolves with the answer as
 * `curl -i` shows it.
 *
 * @param {string} curl
 */
export async function paste(curl) {
  const env = { ...process.env, no_proxy: '127.0.0.1' }
  try {
    return (await promisify(execFile)('sh', ['-c', `exec ${curl}`], { env })).stdout
  } catch (error) {
    // What a shell answers where it finds no such command.
    if (!(error instanceof Error && 'code' in error && error.code === 127)) throw error
    return send(curl)
  }
}

/** @param {string} curl */
async function send(curl) {
  const [, authorization = '', url = ''] = /^\S+ -i (?:-H "Authorization: ([^"]+)" )?(\S+)$/.exec(curl) ?? []
  const response = await fetch(url, { headers: authorization === '' ? {} : { authorization } })
  // Names of headers as Express writes them; fetch has them in small letters.
  const upper = (/** @type {string} */ name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
  const headers = [...response.headers].map(([name, value]) => `${upper(name)}: ${value}`)
  const head = [`HTTP/1.1 ${response.status} ${response.statusText}`, ...headers]
  return `${head.join('\r\n').replace('Www-', 'WWW-')}\r\n\r\n${await response.text()}`
}
