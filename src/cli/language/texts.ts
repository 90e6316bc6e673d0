import { checks as checksEn, findings as findingsEn } from './en/checks.js'
import { commands as commandsEn } from './en/commands.js'
import { page as pageEn } from './en/console.js'
import { dev as devEn } from './en/dev.js'
import { doctor as doctorEn } from './en/doctor.js'
import { form as formEn } from './en/form.js'
import { help as helpEn, options as optionsEn } from './en/help.js'
import { proof as proofEn } from './en/proof.js'
import { refusals as refusalsEn } from './en/refusals.js'
import { report as reportEn } from './en/report.js'
import { serve as serveEn } from './en/serve.js'
import { fill, type Language, type SlotValues, type Translated } from './language.js'
import { checks as checksZh, findings as findingsZh } from './zh/checks.js'
import { commands as commandsZh } from './zh/commands.js'
import { page as pageZh } from './zh/console.js'
import { dev as devZh } from './zh/dev.js'
import { doctor as doctorZh } from './zh/doctor.js'
import { form as formZh } from './zh/form.js'
import { help as helpZh, options as optionsZh } from './zh/help.js'
import { proof as proofZh } from './zh/proof.js'
import { refusals as refusalsZh } from './zh/refusals.js'
import { report as reportZh } from './zh/report.js'
import { serve as serveZh } from './zh/serve.js'

const en = {
  commands: commandsEn,
  options: optionsEn,
  help: helpEn,
  report: reportEn,
  dev: devEn,
  serve: serveEn,
  checks: checksEn,
  findings: findingsEn,
  causes: { ...formEn, ...proofEn },
  doctor: doctorEn,
  console: { ...reportEn, ...refusalsEn, ...pageEn },
} as const

/** Every text of the commands and of the console page, by table. English is the original. */
export type Texts = typeof en

const zh: Translated<Texts> = {
  commands: commandsZh,
  options: optionsZh,
  help: helpZh,
  report: reportZh,
  dev: devZh,
  serve: serveZh,
  checks: checksZh,
  findings: findingsZh,
  causes: { ...formZh, ...proofZh },
  doctor: doctorZh,
  console: { ...reportZh, ...refusalsZh, ...pageZh },
}

const languages: Readonly<Record<Language, Translated<Texts>>> = { en, zh }

/** All texts of one language, their slots not filled. */
export function textsIn(language: Language): Translated<Texts> {
  return languages[language]
}

/** The tables whose entries are texts. Those of `causes` and `doctor` are pairs: what is wrong, and the fix. */
type FlatTable = Exclude<keyof Texts, 'causes' | 'doctor'>

const flatTables: Readonly<
  Record<Language, { readonly [Table in FlatTable]: Readonly<Record<keyof Texts[Table], string>> }>
> = languages

/** Looks a text up by its name and fills its slots. */
export type Translate<Table extends FlatTable> = <Name extends keyof Texts[Table]>(
  name: Name,
  ...values: SlotValues<Extract<Texts[Table][Name], string>>
) => string

/** The texts of one table in one language. */
export function translator<Table extends FlatTable>(table: Table, language: Language): Translate<Table> {
  const texts = flatTables[language][table]
  return (name, ...values) => fill(texts[name], Object.assign({}, ...values))
}
