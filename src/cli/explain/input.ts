/** The text to explain: a header value, or a bare token. */
export interface Input {
  /** The text for the guard, unchanged. */
  readonly text: string
  /** Whether it is a header value, which the guard must parse. */
  readonly isHeader: boolean
  /** The token in it, as far as it can be recognized: without the scheme, quotation marks and white space. */
  readonly token: string
}

const headerName = /^authorization[ \t]*:[ \t]*/i
const scheme = /^bearer(?:[ \t]+|$)/i
// Another scheme: a word, a space, and something else. A token has no space.
const otherScheme = /^[A-Za-z][A-Za-z0-9-]*[ \t]+\S/

/** Reads a bare token, a header value (`Bearer eyJ...`) or a whole header line (`Authorization: Bearer eyJ...`). */
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
