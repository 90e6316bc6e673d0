/** The terminal, as the commands use it. Tests replace it. */
export interface CliIo {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether standard input is a terminal. If not, `readAll` reads all of it. */
  readonly isTerminal: boolean
  readonly readAll: () => Promise<string>
  /** Asks without echo. */
  readonly ask: (question: string) => Promise<string>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Sets variables of the process, for a module that a command loads. One that is set keeps its value. */
  readonly setEnv: (values: CliIo['env']) => void
  /** Resolves at SIGINT or SIGTERM, which ends `dev` and `serve`. */
  readonly stopped: Promise<void>
}
