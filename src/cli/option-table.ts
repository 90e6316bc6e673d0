import type { Texts } from './language/texts.js'

/** One option of a command. Its help text is in the table `options` of the languages. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  /** One letter. */
  readonly short?: string
  /** The placeholder of the value in the help. */
  readonly value?: string
  /** The help text, if it is not the one of the option's name. */
  readonly help?: keyof Texts['options']
}

/** The options of a command, by name. The parser and the help go by this table. */
export type OptionTable = Readonly<Partial<Record<keyof Texts['options'], OptionSpec>>>
