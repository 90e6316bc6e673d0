// @ts-check
// Whether a tag may be published: `node .github/release.js v1.2.3`. With `--tag-of`, under which tag of npm.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/**
 * @typedef {{ version: string, repository?: { url?: string } | string }} Manifest
 */

/**
 * What keeps a tag from being published; nothing where it may.
 *
 * @param {string} tag
 * @param {Manifest} manifest package.json
 * @param {string} changelog
 * @returns {string[]}
 */
export function faultsOf(tag, manifest, changelog) {
  const { version, repository } = manifest
  const url = typeof repository === 'string' ? repository : repository?.url
  const heading = changelog.split('\n').find((line) => line.startsWith(`## ${version} `) || line === `## ${version}`)
  const faults = []
  if (tag !== `v${version}`) faults.push(`the tag is ${tag}, and package.json says ${version}`)
  if (heading === undefined) faults.push(`CHANGELOG.md has no section of ${version}`)
  else if (!/^## \S+ - \d{4}-\d{2}-\d{2}$/.test(heading)) faults.push(`CHANGELOG.md gives ${version} no date`)
  if (!url) faults.push('package.json has no repository, which provenance is checked against')
  return faults
}

/**
 * The tag of npm that a version goes under: a pre-release is not what `npm install` takes.
 *
 * @param {string} tag
 */
export function tagOf(tag) {
  return tag.includes('-') ? 'next' : 'latest'
}

/** @param {readonly string[]} args */
function main([first = '', second = '']) {
  if (first === '--tag-of') {
    console.log(tagOf(second))
    return 0
  }
  const read = (/** @type {string} */ name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
  const faults = faultsOf(first, JSON.parse(read('package.json')), read('CHANGELOG.md'))
  for (const fault of faults) console.error(fault)
  return faults.length === 0 ? 0 : 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main(process.argv.slice(2))
