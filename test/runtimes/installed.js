// @ts-check
// Hosts that are no part of the repository's own `npm ci`: a folder with a lockfile each, installed when it is asked for.
import { existsSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../package/pack.js'

export const installedIn = (/** @type {string} */ name) => fileURLToPath(new URL(`installed/${name}`, import.meta.url))

/** Installs what the lockfile of a folder pins, where it is not there yet. */
export async function installFolder(/** @type {string} */ from, /** @type {string} */ name) {
  const into = installedIn(name)
  const lock = await readFile(join(from, 'package-lock.json'), 'utf8')
  const there = join(into, 'package-lock.json')
  if (existsSync(join(into, 'node_modules')) && (await readFile(there, 'utf8')) === lock) return
  await cp(from, into, { recursive: true })
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], into)
}
