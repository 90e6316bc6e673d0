import { existsSync, readFileSync } from 'node:fs'

// The one list of what users import is `exports` in package.json. The build, the tests and the API reference read it here.

/**
 * An entry of the package. `subpath` is what users import (`.`, `./express`), `name` the name of its files in `dist`
 * (`index`, `express`), `source` its source from the root of the repository.
 *
 * @typedef {{ readonly subpath: string, readonly name: string, readonly source: string }} Entry
 */

/**
 * Entries whose folder has another name.
 *
 * @type {Readonly<Record<string, string>>}
 */
const folders = { index: 'guard', permissions: 'authing' }

/**
 * @param {string} name
 * @returns {string}
 */
function sourceOf(name) {
  const places = [folders[name] ?? `adapters/${name}`, name].map((folder) => `src/${folder}/index.ts`)
  const source = places.find((place) => existsSync(new URL(place, import.meta.url)))
  if (source === undefined) throw new Error(`package.json exports ${name}, and none of ${places.join(', ')} exists`)
  return source
}

/** @type {{ readonly exports: object }} */
const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))

/** @type {readonly Entry[]} */
export const entries = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => {
    const name = subpath === '.' ? 'index' : subpath.slice('./'.length)
    return { subpath, name, source: sourceOf(name) }
  })
