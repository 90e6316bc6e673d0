/** Colours and weights. There is always a word or a symbol too, so that no information is in the colour only. */
export interface Style {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly careful: (text: string) => string
  readonly quiet: (text: string) => string
  readonly strong: (text: string) => string
}

const coded =
  (on: number, off: number) =>
  (text: string): string =>
    `\u001b[${on}m${text}\u001b[${off}m`
const plain = (text: string): string => text

/** Returns colours, unless `NO_COLOR` (no-color.org) is set or the terminal is dumb. */
export function styleOf({ NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>): Style {
  if (NO_COLOR || TERM === 'dumb') return { good: plain, bad: plain, careful: plain, quiet: plain, strong: plain }
  return { good: coded(32, 39), bad: coded(31, 39), careful: coded(33, 39), quiet: coded(2, 22), strong: coded(1, 22) }
}
