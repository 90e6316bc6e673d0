// @ts-check
// The runtimes' binaries: those that are asked for and no others, of the versions that the lockfile pins.
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../package/pack.js'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Where each of them is, in its package. @type {Readonly<Record<string, string>>} */
const files = {
  node20: 'bin/node',
  node22: 'bin/node',
  node24: 'bin/node',
  node26: 'bin/node',
  bun: 'bin/bun',
  deno: 'deno',
  workerd: 'bin/workerd',
}
export const binaries = Object.keys(files)

/** The path of a runtime's binary. */
export const binaryOf = (/** @type {string} */ name) => join(packageOf(name), String(files[name]))

const folderOf = (/** @type {string} */ name) => join(here, 'installed', name)
const packageOf = (/** @type {string} */ name) => join(folderOf(name), 'node_modules', name)
const json = async (/** @type {string} */ path) => JSON.parse(await readFile(path, 'utf8'))

/**
 * Installs what is not there yet.
 *
 * @param {readonly string[]} names
 */
export async function installBinaries(names) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('the binaries are for Linux on x64')
  const [manifest, lock] = await Promise.all(
    ['package.json', 'package-lock.json'].map((file) => json(join(here, file))),
  )
  for (const name of names) {
    const path = `node_modules/${name}`
    const pinned = lock.packages[path]
    const there = join(packageOf(name), 'package.json')
    if (existsSync(there) && (await json(there)).version === pinned.version) continue
    // A project of its own for each: `npm ci` of the whole would fetch them all.
    const dependencies = { [name]: manifest.optionalDependencies[name] }
    const { optional, ...entry } = pinned
    const packages = { '': { dependencies }, [path]: entry }
    await mkdir(folderOf(name), { recursive: true })
    await writeFile(join(folderOf(name), 'package.json'), JSON.stringify({ private: true, dependencies }))
    await writeFile(join(folderOf(name), 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }))
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folderOf(name))
  }
}
