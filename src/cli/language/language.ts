/** The languages of the commands and of the console page. */
export type Language = 'en' | 'zh'

/** The slots of a text: `{name}`. */
export type Slots<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Slots<Rest>
  : never

/** The values for the slots of a text, as a rest parameter: none if the text has no slots. */
export type SlotValues<Text extends string> = [Slots<Text>] extends [never]
  ? []
  : [values: Readonly<Record<Slots<Text>, string | number>>]

/** The shape of a table in another language. A missing text, or one too many, does not compile. */
export type Translated<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends string ? string : Translated<Table[Name]>
}

/** Fills the slots of a text. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
}

/** Picks the language by the environment (`LC_ALL`, `LC_MESSAGES`, `LANG`), else by the locale of the machine. */
export function languageOf(
  { LC_ALL, LC_MESSAGES, LANG }: Readonly<Record<string, string | undefined>>,
  locale = Intl.DateTimeFormat().resolvedOptions().locale,
): Language {
  return /^zh\b|^zh_/i.test(LC_ALL || LC_MESSAGES || LANG || locale) ? 'zh' : 'en'
}

export function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'zh'
}
