import { widthOf } from '../layout.js'
import { labelled, type Mark, markedLine, type Page, paint } from '../report.js'
import { styleOf } from '../style.js'
import type { Finding } from './finding.js'

const marks: Readonly<Record<Finding['state'], Mark>> = {
  ok: 'passed',
  warning: 'warning',
  unproven: 'notProven',
  wrong: 'failed',
}

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
  const [mark, sum] = sumOf(findings, t)
  return `${lines.join('')}\n${style.strong(paint(style, mark, sum))}\n`
}

/** The worst mark of the findings, and their numbers. */
function sumOf(findings: readonly Finding[], t: Page['t']): readonly [Mark, string] {
  const countOf = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length
  const count = countOf('warning')
  const unproven = countOf('unproven')
  const errors = countOf('wrong')
  if (errors > 0) return ['failed', t('withErrors', { errors, unproven, count })]
  if (unproven > 0) return ['notProven', t('withUnproven', { unproven, count })]
  return count > 0 ? ['warning', t('withWarnings', { count })] : ['passed', t('allWell')]
}

function lineOf({ state, title, fix }: Finding, page: Page): string {
  const line = markedLine(marks[state], title, page, Object.values(marks))
  if (fix === undefined) return line
  return line + labelled(page.t('fix'), fix, page, 6, widthOf(page.t('fix')))
}
