import { fill, type Language, type SlotValues } from '../language/language.js'
import { type Texts, textsIn } from '../language/texts.js'

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

type DoctorTexts = Texts['doctor']

/** Makes findings in one language. */
export type Find = <Name extends keyof DoctorTexts>(
  state: Finding['state'],
  name: Name,
  ...values: SlotValues<DoctorTexts[Name]['title'] | DoctorTexts[Name]['fix']>
) => Finding

export function findIn(language: Language): Find {
  const texts: Readonly<Record<keyof DoctorTexts, { readonly title: string; readonly fix: string }>> =
    textsIn(language).doctor
  return (state, name, ...values) => {
    const { title, fix } = texts[name]
    const slots = Object.assign({}, ...values)
    return { name, state, title: fill(title, slots), ...(fix !== '' && { fix: fill(fix, slots) }) }
  }
}
