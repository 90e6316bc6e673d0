import { defineCommand } from '../command-line.js'
import { applicationOptions, guardOptionsFor, readToken, withEnvFile } from '../configuration.js'
import type { CliIo } from '../io.js'
import { translator } from '../language/texts.js'
import { printable } from '../layout.js'
import { diagnoseOptions } from './doctor.js'
import type { ManagementAccess } from './management.js'
import { report } from './report.js'

const options = { ...applicationOptions, token: { type: 'boolean' }, json: { type: 'boolean' } } as const

/** The exit codes for the worst finding. */
const codes = { ok: 0, unproven: 3, wrong: 1 } as const

/**
 * `npx authing-guard doctor`: is the configuration right? Resolves with 0 if it is, 1 if there is an error, and 3 if
 * there is none but something that has to be right is not proven.
 */
export const doctor = defineCommand('doctor', options, async (line, terminal) => {
  const { language } = line
  const io = await withEnvFile(line, terminal)
  const guardOptions = await guardOptionsFor(line, io)
  const token = line.flag('token') ? await readToken(line, io) : undefined
  const findings = await diagnoseOptions(guardOptions, { language, management: managementAccess(io.env), token })
  const worst = (['wrong', 'unproven'] as const).find((bad) => findings.some(({ state }) => state === bad))
  const code = codes[worst ?? 'ok']
  const page = { t: translator('report', language), env: io.env }
  io.out(line.flag('json') ? `${printable({ ok: code === 0, findings }, 2)}\n` : report(findings, page))
  return code
})

function managementAccess({
  AUTHING_ACCESS_KEY_ID: accessKeyId,
  AUTHING_ACCESS_KEY_SECRET: accessKeySecret,
  AUTHING_MANAGEMENT_HOST: host,
}: CliIo['env']): ManagementAccess | undefined {
  if (!accessKeyId || !accessKeySecret) return undefined
  return { accessKeyId, accessKeySecret, ...(host && { host }) }
}
