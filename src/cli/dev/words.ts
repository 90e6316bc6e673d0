/** What is told at the start. */
export interface Started {
  readonly console: string
  readonly issuers: readonly string[]
  readonly appIds: readonly string[]
  readonly environment: readonly string[]
  readonly token: string
}

/** Everything that the command says by itself. */
export interface Words {
  readonly help: string
  readonly started: (facts: Started) => string
  readonly production: string
  readonly portTaken: (port: unknown) => string
  readonly badPort: (given: string) => string
  readonly badLanguage: (given: string) => string
  readonly badAlgorithm: (given: string, known: readonly string[]) => string
  readonly seeHelp: string
  readonly stopped: string
}
