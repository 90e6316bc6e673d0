import { widthOf } from '../layout.js'
import { labelled, type Mark, markedLine, type Page, paint } from '../report.js'
import { styleOf } from '../style.js'
import type { Finding } from './finding.js'

const marks: Readonly<Record<Finding['state'], Mark>> = { ok: 'passed', warning: 'warning', wrong: 'failed' }

/** The findings as text: by application, each with its fix, and the totals at the end. */
export function report(findings: readonly Finding[], page: Page): string {
  const { t, env } = page
  const style = styleOf(env)
  let group: string | undefined
  const lines = findings.map((finding) => {
    const { application } = finding
    const heading = application === undefined ? '' : `${style.strong(application)}\n`
    const begins = application === group ? '' : `\n${heading}`
    group = application
    return begins + lineOf(finding, page)
  })
  const count = findings.filter(({ state }) => state === 'warning').length
  const errors = findings.filter(({ state }) => state === 'wrong').length
  const sum = count === 0 ? t('allWell') : t('withWarnings', { count })
  const mark: Mark = errors > 0 ? 'failed' : count > 0 ? 'warning' : 'passed'
  return `${lines.join('')}\n${style.strong(paint(style, mark, errors > 0 ? t('withErrors', { errors, count }) : sum))}\n`
}

function lineOf({ state, title, fix }: Finding, page: Page): string {
  const line = markedLine(marks[state], title, page, Object.values(marks))
  if (fix === undefined) return line
  return line + labelled(page.t('fix'), fix, page, 6, widthOf(page.t('fix')))
}
