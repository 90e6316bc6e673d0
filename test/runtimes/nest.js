// @ts-check
// The adapter for Nest under other major versions than the repository's own: its tests, as they are.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root, run } from '../package/pack.js'
import { installFolder } from './installed.js'

const here = fileURLToPath(new URL('nest/', import.meta.url))

/** A folder for each major version, with the lockfile that pins it. */
export const nestVersions = ['nest12']

/** Installs a version of Nest, where it is not there yet. */
export const installNest = (/** @type {string} */ name) => installFolder(join(here, name), name)

/**
 * The outcome with one version of Nest, as JSON.
 *
 * @param {string} name
 * @param {string} home
 */
export async function runInNest(name, home) {
  const report = join(home, `${name}.json`)
  const config = join(here, 'vitest.config.ts')
  const args = ['vitest', 'run', '--config', config, '--root', root, '--reporter=json', `--outputFile=${report}`]
  let output = ''
  const env = { ...process.env, NODE_OPTIONS: '', NEST: name }
  await run('npx', [...args, 'test/hosts/nest'], root, env).catch((error) => {
    output = String(error)
  })
  if (!existsSync(report)) throw new Error(output)
  /** @type {string[]} */
  const failed = []
  const { numPassedTests, testResults } = JSON.parse(await readFile(report, 'utf8'))
  for (const { message, assertionResults } of testResults) {
    if (message !== '') failed.push(message)
    for (const { status, fullName } of assertionResults) if (status === 'failed') failed.push(fullName)
  }
  return JSON.stringify({ held: numPassedTests, failed })
}
