import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { quietPort } from '../support/ports.js'

// Real stores, started by hand on loopback: no service, and nothing that stays behind.

const redisBinary = (process.env['PATH'] ?? '')
  .split(':')
  .map((folder) => join(folder, 'redis-server'))
  .find(existsSync)
const postgresFolder = foldersIn('/usr/lib/postgresql')
  .map((version) => `/usr/lib/postgresql/${version}/bin`)
  .find((folder) => existsSync(join(folder, 'initdb')))

export const hasRedis = redisBinary !== undefined
export const hasPostgres = postgresFolder !== undefined

/** A store that runs. */
export interface Server {
  readonly url: string
  /** It stays there, and answers nobody. */
  pause(): void
  resume(): void
  /** Kills it, and starts it anew at the same address. */
  restart(): Promise<void>
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Without a disk: what it knew is gone when it was killed. */
export async function startRedis(): Promise<Server> {
  const port = await quietPort()
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const start = () => spawn(redisBinary ?? '', args, { stdio: 'ignore' })
  return serverOf(`redis://127.0.0.1:${port}`, port, start, folder)
}

export async function startPostgres(): Promise<Server> {
  const port = await quietPort()
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'))
  const user = ownerOf()
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const bin = (name: string) => join(postgresFolder ?? '', name)
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' }
  const init = ['-D', join(folder, 'data'), '-A', 'trust', '-U', 'guard', '--no-sync']
  await promisify(execFile)(bin('initdb'), init, { ...user, env, cwd: folder })
  const args = ['-D', join(folder, 'data'), '-p', `${port}`, '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off']
  const start = () => spawn(bin('postgres'), args, { ...user, env, cwd: folder, stdio: 'ignore' })
  return serverOf(`postgresql://guard@127.0.0.1:${port}/postgres`, port, start, folder)
}

async function serverOf(url: string, port: number, start: () => ChildProcess, folder: string): Promise<Server> {
  let child = start()
  // PostgreSQL has a process for each connection.
  const signalAll = (name: NodeJS.Signals) => {
    for (const pid of [...childrenOf(child.pid), child.pid]) signal(pid, name)
  }
  const over = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = new Promise((resolve) => child.once('exit', resolve))
    signalAll('SIGCONT')
    child.kill(signal)
    await exit
  }
  const kill = () => over('SIGKILL')
  await listens(port)
  return {
    url,
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    kill,
    restart: async () => {
      await kill()
      child = start()
      await listens(port)
    },
    stop: async () => {
      await over('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL does not run as root; Debian's package has made a user for it. */
function ownerOf(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const line = readFileSync('/etc/passwd', 'utf8').match(/^postgres:[^:]*:(\d+):(\d+):/m)
  return { uid: Number(line?.[1]), gid: Number(line?.[2]) }
}

/** A connection's process may end at any time. */
function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid !== undefined && existsSync(`/proc/${pid}`)) process.kill(pid, name)
}

function childrenOf(pid: number | undefined): readonly number[] {
  const path = `/proc/${pid}/task/${pid}/children`
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number) : []
}

function foldersIn(path: string): readonly string[] {
  return existsSync(path) ? readdirSync(path) : []
}

/** Until it takes connections: 10 s at the most. */
async function listens(port: number): Promise<void> {
  for (let time = 0; time < 200; time++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on ${port}`)
}
