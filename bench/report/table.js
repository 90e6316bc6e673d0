/**
 * A table in Markdown: the first column to the left, the others to the right.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly unknown[])[]} rows
 */
export function table(head, rows, align = head.map((_, at) => (at === 0 ? '---' : '---:'))) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(align), ...rows.map(line)].join('\n')
}

/** Microseconds, to three digits. */
export const us = (value) => (value >= 100 ? value.toFixed(0) : String(value))

/** How many times as long as another. */
export function times(value, other) {
  const ratio = value / other
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)} x`
}

export const percent = (part) => `${(100 * part).toFixed(0)} %`
