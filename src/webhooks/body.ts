import { type Json, type JsonObject, parseObject } from '../common/claims.js'

const mediaTypes = ['application/json', 'application/x-www-form-urlencoded'] as const
/** How Authing writes a body: its console offers both. */
export type MediaType = (typeof mediaTypes)[number]

/** The media type of a Content-Type header (RFC 9110, 8.3.1), without its parameters; undefined where it is another one. */
export function mediaTypeOf(contentType: unknown): MediaType | undefined {
  const [type = ''] = String(contentType).split(';', 1)
  return mediaTypes.find((one) => one === type.trim().toLowerCase())
}

/** The object in a body; undefined where there is none. */
export function parseBody(text: string, mediaType: MediaType): JsonObject | undefined {
  return mediaType === 'application/json' ? parseObject(text) : parseForm(text)
}

/**
 * The fields of a form. How Authing writes `data` in a form is not documented, so both usual ways are read: JSON text, and
 * `data[users][0][id]=...`.
 */
function parseForm(text: string): JsonObject | undefined {
  const root: Members = new Map()
  for (const [name, value] of new URLSearchParams(text)) {
    if (!insert(root, name.split(/[[\]]+/, maxDepth).filter(Boolean), value)) return undefined
  }
  return membersOf(root)
}

/** Levels of `data[a][b]` that are read. */
const maxDepth = 8

type Members = Map<string, string | Members>

/** Puts a value at its path; false where something is there already. */
function insert(root: Members, path: readonly string[], value: string): boolean {
  let node = root
  for (const name of path.slice(0, -1)) {
    const next = node.get(name) ?? new Map()
    if (typeof next === 'string') return false
    node.set(name, next)
    node = next
  }
  const [last = ''] = path.slice(-1)
  if (node.has(last)) return false
  node.set(last, value)
  return true
}

function membersOf(members: Members): JsonObject {
  return Object.fromEntries(
    [...members].map(([name, value]) => [name, typeof value === 'string' ? value : toJson(value)]),
  )
}

/** Members as JSON; a list where all are numbered. */
function toJson(members: Members): Json {
  const object = membersOf(members)
  return Object.keys(object).every((name) => /^\d+$/.test(name)) ? Object.values(object) : object
}
