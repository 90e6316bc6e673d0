import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildFromSource } from '../../support/source-build.js'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const folder = file(`../../../node_modules/.cache/authing-guard/report-${process.pid}-${Date.now()}`)

/** Builds the API and the report from the source as it is; the frameworks stay what they are. */
export async function buildApi(): Promise<void> {
  await buildFromSource({
    entryPoints: { api: file('./api.ts'), report: file('../../../src/testing/report/index.ts') },
    outdir: folder,
  })
}

export function removeApi(): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Starts `node --import report api`. */
export async function startApi(framework: string, environment: Readonly<Record<string, string>>) {
  const args = ['--import', `${folder}/report.mjs`, `${folder}/api.mjs`, framework]
  const { PATH = '' } = process.env
  const env = { PATH, NODE_ENV: 'test', ...environment }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const printed: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text: string) => void printed.push(text))
  const exit = once(child, 'close').then(([code]) => ({ code, printed: printed.join('') }))
  const started = once(child, 'message').then(([message]) => Object(message).port)
  const port = Number(await Promise.race([started, exit.then(() => 0)]))
  /** Closes its server: the process has to end by itself. */
  const stop = () => {
    if (child.connected) child.send('stop')
    return exit
  }
  return { port, exit, printed, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}
