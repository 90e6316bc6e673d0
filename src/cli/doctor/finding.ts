import { fill, type Language, type SlotValues } from '../language/language.js'
import { type Texts, textsIn } from '../language/texts.js'

/** One finding of `doctor`. */
export interface Finding {
  /** A stable name, for programs. */
  readonly name: string
  /** `unproven`: neither confirmed nor refuted. */
  readonly state: 'ok' | 'warning' | 'unproven' | 'wrong'
  /** The issuer and appId of its application; absent if it is about all of them. */
  readonly application?: string
  readonly title: string
  /** What to do, if there is a problem. */
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
