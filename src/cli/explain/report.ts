import { padded, printable, widthOf } from '../layout.js'
import { labelled, markedLine, type Page, paint } from '../report.js'
import { styleOf } from '../style.js'
import type { Check, Explanation } from './explain.js'

/** An explanation as text. What matters comes last, where a terminal shows it: the verdict, the cause and the fix. */
export function report(explanation: Explanation, page: Page & { readonly reveal: boolean }): string {
  const { t, env } = page
  const { accepted, reason, checks, cause, fix } = explanation
  const verdict = t(accepted ? 'accepted' : 'refused') + (reason === undefined ? '' : ` (${reason})`)
  const style = styleOf(env)
  const width = Math.max(widthOf(t('why')), widthOf(t('fix')))
  const advice =
    cause === undefined || fix === undefined
      ? ''
      : `${labelled(t('why'), cause, page, 0, width)}${labelled(t('fix'), fix, page, 0, width)}`
  return [
    contents(explanation, page),
    checks.map((check) => checkLines(check, page)).join(''),
    `\n${style.strong(paint(style, accepted ? 'passed' : 'failed', verdict))}\n`,
    advice,
  ].join('')
}

/** Expected and found values are shown for failed checks, and for the status check, which says what was asked. */
function checkLines({ name, state, title, expected, found }: Check, page: Page): string {
  const { t } = page
  const line = markedLine(state, title, page, ['passed', 'failed', 'unknown'])
  if (state !== 'failed' && name !== 'standing') return line
  const width = Math.max(widthOf(t('expected')), widthOf(t('found')))
  const row = (name: 'expected' | 'found', text: string | undefined) =>
    text === undefined ? '' : labelled(padded(t(name), width), text, page, 6)
  return line + row('expected', expected) + row('found', found)
}

function contents(
  { header, claims, checks }: Explanation,
  { t, env, reveal }: Page & { readonly reveal: boolean },
): string {
  const isProven = checks.some(({ name, state }) => name === 'signature' && state === 'passed')
  const title = styleOf(env).strong(t(isProven ? 'proven' : 'unproven'))
  const parts = [header, claims].filter((part) => part !== undefined).map((part) => printable(part, 2))
  if (parts.length === 0) return ''
  const note = claims === undefined || reveal ? '' : `${styleOf(env).quiet(t('hidden'))}\n`
  return `${title}\n${parts.join('\n')}\n${note}\n`
}
