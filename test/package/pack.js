// @ts-check
// Builds, packs and installs the package as a user would get it: for the tests of the package and of the runtimes.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the package is made of. */
const sources = [
  ...['src', 'package.json', 'entries.js', 'rollup.config.js', 'tsup.config.ts', 'tsconfig.json'],
  ...['LICENSE', 'README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'RELEASING.md', 'SECURITY.md'],
  ...['docs', 'examples', 'bench/results.md', 'bench/charts'],
]

/**
 * Runs a command in a folder; throws with what it printed, where it fails or takes four minutes.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function run(command, args, cwd, env = { ...process.env, NODE_OPTIONS: '' }) {
  const options = { cwd, maxBuffer: 64 * 1024 * 1024, timeout: 240_000, env }
  try {
    return await execute(command, args, options)
  } catch (error) {
    const { message, stdout = '', stderr = '' } = Object(error)
    throw new Error([message, stdout, stderr].join('\n'), { cause: error })
  }
}

/**
 * A folder of one's own, outside the repository: nothing of its node_modules is in reach.
 *
 * @param {string} name
 */
export function folder(name) {
  return mkdtemp(join(tmpdir(), `authing-guard-${name}-`))
}

/** @param {string} path */
export function remove(path) {
  return rm(path, { recursive: true, force: true })
}

/**
 * Builds and packs the package from its sources alone; resolves with the tarball's path. Where `TARBALL` names one that
 * is packed already, that is the one on trial.
 *
 * @param {string} into
 */
export async function pack(into) {
  const { TARBALL } = process.env
  if (TARBALL !== undefined) return resolve(TARBALL)
  const from = join(into, 'source')
  await mkdir(from)
  await Promise.all(sources.map((name) => cp(join(root, name), join(from, name), { recursive: true })))
  await symlink(join(root, 'node_modules'), join(from, 'node_modules'))
  await run('npm', ['pack', '--pack-destination', into, '--loglevel=error'], from)
  const packed = (await readdir(into)).find((name) => name.endsWith('.tgz'))
  if (packed === undefined) throw new Error('npm pack made no tarball')
  return join(into, packed)
}

/**
 * Installs a tarball, and what it depends on.
 *
 * @param {string} tarball
 * @param {string} into
 */
export async function install(tarball, into) {
  await mkdir(into, { recursive: true })
  await run('npm', ['init', '-y', '--loglevel=error'], into)
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error']
  await run('npm', ['install', ...quiet, tarball], into)
}
