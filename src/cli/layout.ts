/** The columns of a character: two for Chinese characters and Chinese punctuation. */
function columns(char: string): number {
  return /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
    char,
  )
    ? 2
    : 1
}

/** The width of a text on a terminal, in columns. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, char) => sum + columns(char), 0)
}

/** Pads a text with spaces on the right. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

// A word, or one wide character; with the punctuation that must not end a line before it, and with that which must not
// begin one, and the spaces, after it.
const pieces =
  /[（〈《「『【“]*(?:[\u2e80-\u3000\u3003-\u3007\u3012-\u303a\u3041-\uff00]|[^\s\u2e80-\u303a\u3041-\uff00，：；（）！？“”]+)?[，。：；、）！？〉》」』】”]*\s*/g

/** Breaks a text into lines of at most `width` columns. A longer word gets its own line. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const [piece] of text.matchAll(pieces)) {
    if (line !== '' && widthOf(line + piece.trimEnd()) > width) {
      lines.push(line)
      line = ''
    }
    line += piece
  }
  return [...lines, line].map((one) => one.trimEnd())
}

/** The width of the output: that of the terminal, between 40 and 100 columns. Default: 80. */
export function columnsOf({ COLUMNS }: Readonly<Record<string, string | undefined>>): number {
  const given = Number(COLUMNS)
  return given >= 40 ? Math.min(given, 100) : 80
}

// DEL, C1 controls, line and paragraph separators, and all that Unicode calls a format character or invisible: zero-width
// and bidirectional marks, soft hyphens, tags, Hangul fillers. They can rewrite the screen or hide text.
const unprintable = /[\u007f-\u009f\u2028\u2029\p{Cf}\p{Default_Ignorable_Code_Point}]/gu

/** JSON for a terminal: no character of a token can control the terminal. */
export function printable(value: unknown, indent: number): string {
  return JSON.stringify(value, undefined, indent).replace(unprintable, (char) =>
    // Two escapes beyond the first plane, as in JSON.
    Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  )
}
