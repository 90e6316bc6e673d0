/** What a command has of the terminal, so that tests can stand in for it. */
export interface CliIo {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Standard input: whether it is a terminal, and all of its text where it is not. */
  readonly isTerminal: boolean
  readonly readAll: () => Promise<string>
  /** Asks without echo. */
  readonly ask: (question: string) => Promise<string>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends `dev`: resolves at SIGINT or SIGTERM. */
  readonly stopped: Promise<void>
}
