import { optionsFor, whose } from '../configuration.js'
import type { CliIo } from '../io.js'
import { printable } from '../layout.js'
import { readLine, UsageError } from '../usage.js'
import { diagnoseOptions } from './doctor.js'
import type { ManagementAccess } from './management.js'
import { report } from './report.js'

/** `npx authing-guard doctor`: is the configuration right? Resolves with 0 where nothing is wrong, else 1. */
export async function doctor(args: readonly string[], io: CliIo): Promise<number> {
  const { texts, flags } = whose
  const line = readLine(args, io.env, { texts, flags: [...flags, 'json', 'token'] })
  const { language, tell } = line
  const options = await optionsFor(line, io)
  const token = line.flag('token') ? await (io.isTerminal ? io.ask(tell('askToken')) : io.readAll()) : undefined
  if (token?.trim() === '') throw new UsageError(tell('noToken'))
  const findings = await diagnoseOptions(options, { language, management: managementAccess(io.env), token })
  const isWell = findings.every(({ state }) => state !== 'wrong')
  io.out(line.flag('json') ? `${printable({ ok: isWell, findings }, 2)}\n` : report(findings, { tell, env: io.env }))
  return isWell ? 0 : 1
}

function managementAccess({
  AUTHING_ACCESS_KEY_ID: accessKeyId,
  AUTHING_ACCESS_KEY_SECRET: accessKeySecret,
  AUTHING_MANAGEMENT_HOST: host,
}: CliIo['env']): ManagementAccess | undefined {
  if (!accessKeyId || !accessKeySecret) return undefined
  return { accessKeyId, accessKeySecret, ...(host && { host }) }
}
