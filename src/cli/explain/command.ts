import { optionsFor, whose } from '../configuration.js'
import type { CliIo } from '../io.js'
import { printable } from '../layout.js'
import { readLine, UsageError } from '../usage.js'
import { explain as explainToken } from './explain.js'
import { report } from './report.js'

/** `npx authing-guard explain`: why is this token refused? Resolves with 0 where it is accepted, else 1. */
export async function explain(args: readonly string[], io: CliIo): Promise<number> {
  const { texts, flags } = whose
  const line = readLine(args, io.env, { texts, flags: [...flags, 'json', 'reveal'] })
  const { language, tell } = line
  const options = await optionsFor(line, io)
  const token = await (io.isTerminal ? io.ask(tell('askToken')) : io.readAll())
  if (token.trim() === '') throw new UsageError(tell('noToken'))
  const reveal = line.flag('reveal')
  const explanation = await explainToken(token, options, {
    language,
    reveal,
    poolSecrets: [io.env['AUTHING_ACCESS_KEY_SECRET'] ?? []].flat(),
  })
  io.out(line.flag('json') ? `${printable(explanation, 2)}\n` : report(explanation, { tell, reveal, env: io.env }))
  return explanation.accepted ? 0 : 1
}
