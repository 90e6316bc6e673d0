/** @param {readonly number[]} values @param {number} part from 0 to 1 */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b)
  if (sorted.length === 0) return Number.NaN
  const at = (sorted.length - 1) * part
  const low = sorted[Math.floor(at)]
  const high = sorted[Math.ceil(at)]
  return low + (high - low) * (at - Math.floor(at))
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5)

/** Three significant digits: more would pretend. @param {number} value */
export const round = (value) => Number(value.toPrecision(3))

/** The list from `turn` on, and then its beginning: nobody is always first. @template T @param {readonly T[]} list */
export const rotate = (list, turn) => [...list.slice(turn % list.length), ...list.slice(0, turn % list.length)]
