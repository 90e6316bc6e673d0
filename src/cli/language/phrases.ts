import { checks as checksEn, findings as findingsEn } from './en/checks.js'
import { form as formEn } from './en/form.js'
import { proof as proofEn } from './en/proof.js'
import { fill, type Language, type Slots } from './language.js'
import { checks as checksZh, findings as findingsZh } from './zh/checks.js'
import { form as formZh } from './zh/form.js'
import { proof as proofZh } from './zh/proof.js'

const en = { causes: { ...formEn, ...proofEn }, checks: checksEn, findings: findingsEn } as const

/** Everything that `explain` says, in one language. */
export interface Phrases {
  readonly causes: Readonly<Record<keyof Causes, { readonly cause: string; readonly fix: string }>>
  readonly checks: Readonly<Record<keyof (typeof en)['checks'], string>>
  readonly findings: Readonly<Record<keyof Findings, string>>
}

type Causes = (typeof en)['causes']
type Findings = (typeof en)['findings']
/** The values of a sentence's slots; nothing where it has none. */
type Values<Text extends string> = [Slots<Text>] extends [never]
  ? []
  : [values: Readonly<Record<Slots<Text>, string | number>>]

/** Why, in no language yet. */
export interface Diagnosis {
  readonly cause: keyof Causes
  readonly values: Readonly<Record<string, string | number>>
}

/** A diagnosis with everything that its sentences have slots for. */
export function because<Cause extends keyof Causes>(
  cause: Cause,
  ...values: Values<Causes[Cause]['cause'] | Causes[Cause]['fix']>
): Diagnosis {
  return { cause, values: Object.assign({}, ...values) }
}

/** A few words about what is expected or found. */
export type Say = <Name extends keyof Findings>(name: Name, ...values: Values<Findings[Name]>) => string

export function sayIn(language: Language): Say {
  return (name, ...values) => fill(phrasesIn(language).findings[name], Object.assign({}, ...values))
}

const languages: Readonly<Record<Language, Phrases>> = {
  en,
  zh: { causes: { ...formZh, ...proofZh }, checks: checksZh, findings: findingsZh },
}

export function phrasesIn(language: Language): Phrases {
  return languages[language]
}
