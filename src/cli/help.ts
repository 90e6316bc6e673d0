import type { CliIo } from './io.js'
import type { Language } from './language/language.js'
import { translator } from './language/texts.js'
import { columnsOf, padded, widthOf, wrapped } from './layout.js'
import type { OptionSpec, OptionTable } from './option-table.js'

/** The commands, in the order of the help. */
export const commandNames = ['explain', 'doctor', 'dev', 'serve'] as const

export type CommandName = (typeof commandNames)[number]

export function isCommandName(name: string): name is CommandName {
  return commandNames.some((one) => one === name)
}

/** The help of `npx authing-guard`: its commands. */
export function generalHelp(language: Language, env: CliIo['env']): string {
  const t = translator('help', language)
  const rows = commandNames.map((name) => [name, t(name)] as const)
  return `${t('usage', { command: t('anyCommand') })}

${t('commands')}
${list(rows, env)}
${lines(t('optionsOf'), env)}

${lines(t('exitCodes'), env)}
`
}

/** The help of one command: its options, from the table that the parser goes by. */
export function helpOf(name: CommandName, table: OptionTable, language: Language, env: CliIo['env']): string {
  const t = translator('help', language)
  const optionText = translator('options', language)
  const entries = Object.entries(table) as [keyof OptionTable, OptionSpec][]
  const rows = entries.map(([option, { short, value, help = option }]) => {
    const head = `${short === undefined ? '' : `-${short}, `}--${option}${value === undefined ? '' : ` ${value}`}`
    return [head, optionText(help)] as const
  })
  return `${t('usage', { command: name })}

${lines(t(name), env)}

${t('optionsTitle')}
${list(rows, env)}
${lines(t(`${name}Notes`), env)}${lines(t('exitCodes'), env)}
`
}

/** A text, each of its lines wrapped, but for those that begin with a space: commands are copied as they stand. */
function lines(text: string, env: CliIo['env']): string {
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith(' ') ? [line] : wrapped(line, columnsOf(env))))
    .join('\n')
}

/** Rows of two columns, the second one wrapped. */
function list(rows: readonly (readonly [head: string, text: string])[], env: CliIo['env']): string {
  const width = Math.max(...rows.map(([head]) => widthOf(head))) + 4
  const under = ' '.repeat(width)
  return rows
    .map(([head, text]) => {
      const [first = '', ...others] = wrapped(text, columnsOf(env) - width)
      return [`${padded(`  ${head}`, width)}${first}\n`, ...others.map((line) => `${under}${line}\n`)].join('')
    })
    .join('')
}
