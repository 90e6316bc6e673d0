/** What was given to be explained: a header's value, or a bare token. */
export interface Input {
  /** What the guard is asked about, as it was given. */
  readonly text: string
  /** Whether it is a header's value, and goes through the guard's reading of headers. */
  readonly isHeader: boolean
  /** The token in it, as far as one can be told: without the scheme, quotation marks and white space. */
  readonly token: string
}

const headerName = /^authorization[ \t]*:[ \t]*/i
const scheme = /^bearer(?:[ \t]+|$)/i
// Another scheme: a word, a blank, and something else. A token has no blank.
const otherScheme = /^[A-Za-z][A-Za-z0-9-]*[ \t]+\S/

/** Takes a bare token, a header's value (`Bearer eyJ...`) or the whole header line (`Authorization: Bearer eyJ...`). */
export function readInput(given: string): Input {
  const line = given.trim()
  const text = line.replace(headerName, '')
  const isHeader = text !== line || scheme.test(text) || otherScheme.test(text)
  const token = text
    .replace(scheme, '')
    .replace(/\s+/g, '')
    .replace(/^["'`“”‘’]+|["'`“”‘’,;]+$/g, '')
    .replace(scheme, '')
  return { text, isHeader, token }
}
