/** The languages that the commands speak. */
export type Language = 'en' | 'zh'

/** The slots of a sentence: `{name}`. */
export type Slots<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Slots<Rest>
  : never

/** A table in another language: a sentence that is missing there does not compile. */
export type Translated<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends string ? string : Translated<Table[Name]>
}

/** Fills the slots of a sentence. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
}

/** The language to speak: by the environment (`LC_ALL`, `LC_MESSAGES`, `LANG`), else by the machine's own locale. */
export function languageOf(
  { LC_ALL, LC_MESSAGES, LANG }: Readonly<Record<string, string | undefined>>,
  locale = Intl.DateTimeFormat().resolvedOptions().locale,
): Language {
  return /^zh\b|^zh_/i.test(LC_ALL || LC_MESSAGES || LANG || locale) ? 'zh' : 'en'
}

export function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'zh'
}
