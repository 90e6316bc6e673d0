import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { Revoked } from '../../src/revocation/revocation.js'
import { buildFromSource } from '../support/source-build.js'
import type { InstanceOptions, InstanceReport } from './instance.js'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const program = file(`../../node_modules/.cache/authing-guard/instance-${process.pid}-${Date.now()}.mjs`)

/** Builds the program that an instance runs from the source as it is; the packages stay what they are. */
export async function buildInstance(): Promise<void> {
  await buildFromSource({ entryPoints: [file('./instance.ts')], outfile: program })
}

export function removeInstance(): void {
  rmSync(program, { force: true })
}

/** One process of the backend. */
export interface Instance {
  /** Serves, as a process that has just started does. */
  begin(options: InstanceOptions): Promise<void>
  /** The status that a token gets. */
  ask(token: string): Promise<number>
  /** The same of many requests, 50 at a time. */
  askAll(tokens: readonly string[]): Promise<readonly number[]>
  revoke(whose: Revoked): Promise<unknown>
  report(): Promise<InstanceReport>
  stop(): Promise<void>
}

export async function startInstance(): Promise<Instance> {
  const child = spawn(process.execPath, ['--expose-gc', program], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exit = new Promise((resolve) => child.once('exit', resolve))
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let last = 0
  child.on('message', ({ id, value, error }: { id: number; value: never; error?: string }) => {
    if (error === undefined) waiting.get(id)?.resolve(value)
    else waiting.get(id)?.reject(new Error(error))
    waiting.delete(id)
  })
  void exit.then((code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the instance ended with ${code}`))
  })
  await new Promise<never>((resolve, reject) => waiting.set(0, { resolve, reject }))
  const call = <T>(name: string, ...given: readonly unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject })
      child.send({ id: last, name, given })
    })
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  let port = 0
  // Not fetch: with it most of the time is the client's.
  const ask = (token: string) =>
    new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` }
      get({ host: '127.0.0.1', port, agent, headers }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0))
      }).once('error', reject)
    })
  return {
    begin: async (options) => {
      port = await call<number>('begin', options)
    },
    ask,
    askAll: async (tokens) => {
      const statuses: number[] = []
      const left = [...tokens]
      const work = async () => {
        for (let token = left.pop(); token !== undefined; token = left.pop()) statuses.push(await ask(token))
      }
      await Promise.all(Array.from({ length: 50 }, work))
      return statuses
    },
    revoke: (whose) => call('revoke', whose),
    report: () => call('report'),
    stop: async () => {
      agent.destroy()
      child.kill('SIGKILL')
      await exit
    },
  }
}
