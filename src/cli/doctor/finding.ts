import { doctor as en } from '../language/en/doctor.js'
import { fill, type Language, type Slots } from '../language/language.js'
import { doctor as zh } from '../language/zh/doctor.js'

/** One line of what `doctor` finds. */
export interface Finding {
  /** Stable, for machines. */
  readonly name: string
  readonly state: 'ok' | 'warning' | 'wrong'
  /** The application that it is about: its issuer and appId; absent where it is about all. */
  readonly application?: string
  readonly title: string
  /** What to do, where there is something to do. */
  readonly fix?: string
}

type Texts = typeof en
type Values<Name extends keyof Texts> = [Slots<Texts[Name]['title'] | Texts[Name]['fix']>] extends [never]
  ? []
  : [values: Readonly<Record<Slots<Texts[Name]['title'] | Texts[Name]['fix']>, string | number>>]

/** Makes findings in one language. */
export type Find = <Name extends keyof Texts>(state: Finding['state'], name: Name, ...values: Values<Name>) => Finding

export function findIn(language: Language): Find {
  const texts: Readonly<Record<keyof Texts, { readonly title: string; readonly fix: string }>> =
    language === 'zh' ? zh : en
  return (state, name, ...values) => {
    const { title, fix } = texts[name]
    const slots = Object.assign({}, ...values)
    return { name, state, title: fill(title, slots), ...(fix !== '' && { fix: fill(fix, slots) }) }
  }
}
