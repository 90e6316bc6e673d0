import type { Language, SlotValues } from './language.js'
import { type Texts, type Translate, translator } from './texts.js'

type Causes = Texts['causes']

/** Why a token is refused, in no language yet. */
export interface Diagnosis {
  readonly cause: keyof Causes
  readonly values: Readonly<Record<string, string | number>>
}

/** Makes a diagnosis, with a value for each slot of its cause and its fix. */
export function because<Cause extends keyof Causes>(
  cause: Cause,
  ...values: SlotValues<Causes[Cause]['cause'] | Causes[Cause]['fix']>
): Diagnosis {
  return { cause, values: Object.assign({}, ...values) }
}

/** Words for what a check expected or found. */
export type Say = Translate<'findings'>

export function sayIn(language: Language): Say {
  return translator('findings', language)
}
