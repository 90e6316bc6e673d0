// What may be said of an answer: names and types, and words out of a small alphabet.

const longestList = 40

/**
 * Names and types of a value that came out of JSON, and none of its values.
 *
 * @param {unknown} value
 * @param {number} depth
 * @returns {string}
 */
export function shapeOf(value, depth = 3) {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.length}: ${shapeOf(value[0], depth - 1)}]`
  if (typeof value !== 'object') return typeof value
  const names = Object.keys(value)
  if (depth === 0) return names.length === 0 ? '{}' : '{ ... }'
  const shown = names
    .slice(0, longestList)
    .map((name) => `${nameOf(name)}: ${shapeOf(Reflect.get(value, name), depth - 1)}`)
  if (names.length > longestList) shown.push(`${names.length - longestList} more`)
  return `{ ${shown.join(', ')} }`
}

/**
 * The name of a member, unless it may be an ID or a person's.
 *
 * @param {string} name
 */
function nameOf(name) {
  return /^[A-Za-z_][\w-]{0,39}$/.test(name) && !/[0-9a-f]{16}/i.test(name) ? name : '(a name)'
}

/**
 * A word that an answer may have from a fixed list, such as an error code; else its type alone.
 *
 * @param {unknown} value
 */
export function wordOf(value) {
  return typeof value === 'string' && /^[A-Za-z][\w.:-]{0,39}$/.test(value) ? value : `(${shapeOf(value, 0)})`
}

/**
 * All texts in a value, which a report must not hold.
 *
 * @param {unknown} value
 * @returns {readonly string[]}
 */
export function textsIn(value) {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/**
 * An object that a text holds as JSON; undefined for anything else.
 *
 * @param {string} text
 * @returns {Record<string, unknown> | undefined}
 */
export function objectIn(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
