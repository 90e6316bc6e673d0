// @ts-check
// Prints the lines to paste: for each caller one that gets its token, and one that asks the API with it.
import { blockable } from './tokens.js'

/**
 * @param {readonly import('./callers.js').Caller[]} callers
 * @param {string} tokensUrl where the tokens are
 * @param {(line: string) => void} print
 * @param {boolean} isPowerShell
 */
export function printLines(callers, tokensUrl, print, isPowerShell) {
  print(`Paste into another terminal${isPowerShell ? ' (PowerShell)' : ''}:`)
  const curl = isPowerShell ? 'curl.exe' : 'curl'
  for (const { who, status, says, url, token, name } of callers) {
    print(`\n# ${status} ${who}\n#     ${says}`)
    if (name === 'blocked') print(`${curl} -s -X POST ${tokensUrl}/block/${blockable}`)
    const address = `${tokensUrl}/${name}`
    if (token !== undefined) print(isPowerShell ? `$TOKEN = ${curl} -s ${address}` : `TOKEN=$(${curl} -s ${address})`)
    print(`${curl} -i ${token === undefined ? '' : '-H "Authorization: Bearer $TOKEN" '}${url}`)
  }
  print('\nPress Ctrl+C to stop.')
}
