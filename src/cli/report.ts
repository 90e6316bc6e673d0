import type { Translate } from './language/texts.js'
import { columnsOf, padded, widthOf, wrapped } from './layout.js'
import { type Style, styleOf } from './style.js'

/** The language and the terminal of a report. */
export interface Page {
  readonly t: Translate<'report'>
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The state of an item. The word for each is in the table `report` of the languages. */
export type Mark = 'passed' | 'failed' | 'unknown' | 'notProven' | 'warning'

const symbols: Readonly<Record<Mark, string>> = { passed: '✔', failed: '✖', unknown: '·', notProven: '?', warning: '!' }

export function paint(style: Style, mark: Mark, text: string): string {
  const { good, bad, quiet, careful } = style
  return { passed: good, failed: bad, unknown: quiet, notProven: careful, warning: careful }[mark](text)
}

/** One item of a list: symbol, word, text. `among` are the marks of the list: the texts start in the same column. */
export function markedLine(mark: Mark, text: string, { t, env }: Page, among: readonly Mark[]): string {
  const width = Math.max(...among.map((one) => widthOf(t(one))))
  const head = `  ${symbols[mark]} ${padded(t(mark), width)}  `
  const [first = '', ...others] = wrapped(text, columnsOf(env) - widthOf(head))
  const style = styleOf(env)
  const indent = ' '.repeat(widthOf(head))
  const rest = others.map((line) => `${indent}${line}\n`).join('')
  return `${paint(style, mark, head.trimEnd())}${' '.repeat(head.length - head.trimEnd().length)}${first}\n${rest}`
}

/** A paragraph with a label before it. Its lines are aligned. */
export function labelled(label: string, text: string, { env }: Page, indent = 0, labelWidth = 0): string {
  const head = `${' '.repeat(indent)}${padded(label, labelWidth)}  `
  const [first = '', ...others] = wrapped(text, columnsOf(env) - widthOf(head))
  const under = ' '.repeat(widthOf(head))
  const rest = others.map((line) => `${under}${line}\n`).join('')
  return `${styleOf(env).strong(head)}${first}\n${rest}`
}
