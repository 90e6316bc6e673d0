import { defineCommand } from '../command-line.js'
import { applicationOptions, guardOptionsFor, readToken, withEnvFile } from '../configuration.js'
import { translator } from '../language/texts.js'
import { printable } from '../layout.js'
import { explain as explainToken } from './explain.js'
import { report } from './report.js'

const options = { ...applicationOptions, reveal: { type: 'boolean' }, json: { type: 'boolean' } } as const

/** `npx authing-guard explain`: why is this token refused? Resolves with 0 if it is accepted, else 1. */
export const explain = defineCommand('explain', options, async (line, terminal) => {
  const { language } = line
  const io = await withEnvFile(line, terminal)
  const guardOptions = await guardOptionsFor(line, io)
  const token = await readToken(line, io)
  const reveal = line.flag('reveal')
  const poolSecrets = [io.env['AUTHING_ACCESS_KEY_SECRET'] ?? []].flat()
  const explanation = await explainToken(token, guardOptions, { language, reveal, poolSecrets })
  const page = { t: translator('report', language), reveal, env: io.env }
  io.out(line.flag('json') ? `${printable(explanation, 2)}\n` : report(explanation, page))
  return explanation.accepted ? 0 : 1
})
