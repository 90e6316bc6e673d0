/** The name that was probably meant, where at most a third of it is mistyped. */
export function nearest<Name extends string>(typed: string, names: readonly Name[]): Name | undefined {
  const word = typed.toLowerCase()
  const ranked = names
    .map((name) => ({ name, edits: edits(word, name) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(name.length / 3)))
  return ranked.sort((one, other) => one.edits - other.edits)[0]?.name
}

/** How many letters have to be added, removed, replaced or swapped with their neighbour to make one word the other. */
function edits(one: string, other: string): number {
  let beforeLast: readonly number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1]
    for (const [column, wanted] of [...other].entries()) {
      const at = (line: readonly number[], column: number) => Number(line[column])
      const isSwapped = letter === other[column - 1] && wanted === one[row - 1]
      current.push(
        Math.min(
          at(last, column + 1) + 1,
          at(current, column) + 1,
          at(last, column) + (letter === wanted ? 0 : 1),
          isSwapped ? at(beforeLast, column - 1) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return Number(last.at(-1))
}
