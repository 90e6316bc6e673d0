import { defineCommand } from '../command-line.js'
import { applicationOptions, guardOptionsFor, readToken } from '../configuration.js'
import type { CliIo } from '../io.js'
import { translator } from '../language/texts.js'
import { printable } from '../layout.js'
import { diagnoseOptions } from './doctor.js'
import type { ManagementAccess } from './management.js'
import { report } from './report.js'

const options = { ...applicationOptions, token: { type: 'boolean' }, json: { type: 'boolean' } } as const

/** `npx authing-guard doctor`: is the configuration right? Resolves with 0 if there is no error, else 1. */
export const doctor = defineCommand('doctor', options, async (line, io) => {
  const { language } = line
  const guardOptions = await guardOptionsFor(line, io)
  const token = line.flag('token') ? await readToken(line, io) : undefined
  const findings = await diagnoseOptions(guardOptions, { language, management: managementAccess(io.env), token })
  const ok = findings.every(({ state }) => state !== 'wrong')
  const page = { t: translator('report', language), env: io.env }
  io.out(line.flag('json') ? `${printable({ ok, findings }, 2)}\n` : report(findings, page))
  return ok ? 0 : 1
})

function managementAccess({
  AUTHING_ACCESS_KEY_ID: accessKeyId,
  AUTHING_ACCESS_KEY_SECRET: accessKeySecret,
  AUTHING_MANAGEMENT_HOST: host,
}: CliIo['env']): ManagementAccess | undefined {
  if (!accessKeyId || !accessKeySecret) return undefined
  return { accessKeyId, accessKeySecret, ...(host && { host }) }
}
