import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const works = (command: string, ...args: readonly string[]) => spawnSync(command, args).status === 0

/** What is missing for a proxy in front of an API in Python; undefined where all is there. */
export function missingFor(name: 'nginx' | 'caddy'): string | undefined {
  if (!works('python3', '-c', 'import http.server')) return 'python3 is not installed here'
  if (!works(name, name === 'nginx' ? '-v' : 'version')) return `${name} is not installed here`
  // Debian's nginx has folders of its own that only root may write.
  return name === 'nginx' && process.getuid?.() !== 0 ? 'only root can start nginx here' : undefined
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

/** Whether a port answers. */
function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** Starts a server; resolves when its port answers. */
export async function startServer(command: string, args: readonly string[], port: number, env: NodeJS.ProcessEnv = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  while (!(await isOpen(port))) {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${log}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { log: () => log, stop: () => stop(child) }
}

/** A request as it reached the API. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Bytes of its body. */
  readonly length: number
}

/** Starts the API. */
export async function startApi(port: number) {
  const file = fileURLToPath(new URL('upstream.py', import.meta.url))
  const child = spawn('python3', [file, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  await once(lines, 'line')
  const printed: Seen[] = []
  lines.on('line', (line) => {
    printed.push(JSON.parse(line))
    lines.emit('printed')
  })
  let last = 0
  return {
    /** The requests that reached it since this was asked last. */
    seen: async (): Promise<readonly Seen[]> => {
      // What reached it before this request was printed before it.
      const mark = `/mark-${++last}`
      await (await fetch(`http://127.0.0.1:${port}${mark}`)).arrayBuffer()
      while (!printed.some(({ path }) => path === mark)) await once(lines, 'printed')
      return printed.splice(0).filter(({ path }) => path !== mark)
    },
    stop: () => stop(child),
  }
}
