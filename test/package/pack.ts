import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the package is made of. */
const sources = ['src', 'package.json', 'tsup.config.ts', 'tsconfig.json', 'LICENSE', 'README.md', 'README.zh-CN.md']

export interface Ran {
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command in a folder. @throws with what it printed, where it fails. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const options = { cwd, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NODE_OPTIONS: '', ...env } }
  try {
    return await execute(command, args, options)
  } catch (error) {
    const { message, stdout = '', stderr = '' } = Object(error)
    throw new Error([message, stdout, stderr].join('\n'), { cause: error })
  }
}

/** A folder of one's own, outside the repository: nothing of its node_modules is in reach. */
export async function folder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `authing-guard-${name}-`))
}

export function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true })
}

/** Builds and packs the package from its sources alone; resolves with the tarball's path. */
export async function pack(into: string): Promise<string> {
  const from = join(into, 'source')
  await mkdir(from)
  await Promise.all(sources.map((name) => cp(join(root, name), join(from, name), { recursive: true })))
  await cp(join(root, 'CHANGELOG.md'), join(from, 'CHANGELOG.md'))
  await symlink(join(root, 'node_modules'), join(from, 'node_modules'))
  await run('npm', ['pack', '--pack-destination', into, '--loglevel=error'], from)
  const packed = (await readdir(into)).find((name) => name.endsWith('.tgz'))
  if (packed === undefined) throw new Error('npm pack made no tarball')
  return join(into, packed)
}

/** Installs a tarball as a user would, and what it depends on. */
export async function install(tarball: string, into: string): Promise<void> {
  await mkdir(into, { recursive: true })
  await run('npm', ['init', '-y', '--loglevel=error'], into)
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error']
  await run('npm', ['install', ...quiet, tarball], into)
}
