import type { CliIo } from '../io.js'
export async function doctor(_: readonly string[], io: CliIo): Promise<number> {
  io.out('')
  return 0
}
