import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Runs a module in a process of its own, and speaks with it: each call is answered by the function of that name that
 * the module gave to `answerCalls`.
 *
 * @param {URL} module
 * @param {{ args?: readonly string[], flags?: readonly string[], core?: number, env?: Record<string, string> }} options
 */
export function startChild(module, { args = [], flags = [], core, env = {} } = {}) {
  const command = [process.execPath, ...flags, fileURLToPath(module), ...args]
  // Pinned, so that a server and its load do not share a core.
  if (core !== undefined) command.unshift('taskset', '-c', String(core))
  const [file, ...rest] = command
  const child = spawn(file, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
    serialization: 'advanced',
  })
  const waiting = new Map()
  let last = 0
  child.on('message', ({ id, value, error }) => {
    const { resolve, reject } = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) resolve(value)
    else reject(new Error(error))
  })
  const over = new Promise((resolve) => child.once('exit', resolve))
  over.then((code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${module.pathname} ended with ${code}`))
  })
  return {
    /** @param {string} name @param {...unknown} given */
    call: (name, ...given) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject })
        child.send({ id: last, name, given })
      }),
    stop: () => {
      child.kill()
      return over
    },
  }
}

/** In the child: answers its parent's calls. @param {Record<string, (...given: never[]) => unknown>} functions */
export function answerCalls(functions) {
  process.on('message', async ({ id, name, given }) => {
    try {
      process.send({ id, value: await functions[name](...given) })
    } catch (error) {
      process.send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.on('disconnect', () => process.exit())
}
